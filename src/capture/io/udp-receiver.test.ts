import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openUdpReceiver } from './udp-receiver.ts'

/** A port that nothing listened on a moment ago. */
async function findFreePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

async function connectTo(port: number) {
  const socket = createSocket('udp4')
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

test('each datagram is heard, or counted as dropped once the queue is full', async () => {
  const port = await findFreePort()
  let heard = 0
  const receiver = await openUdpReceiver({ port, queueBytes: 4_096, onDatagram: () => heard++ })
  const sender = await connectTo(port)
  const sent = 500
  // Nothing is read meanwhile: a connected socket sends at once, and this thread is the reader.
  for (let count = 0; count < sent; count++) sender.send(Buffer.alloc(100))
  let drops = receiver.drops()
  assert.ok(drops > 0, `${drops}`)
  while (heard + drops < sent) {
    await nextTurn()
    drops += receiver.drops()
  }
  assert.equal(heard + drops, sent)
  assert.equal(receiver.drops(), 0)
  sender.close()
  receiver.close()
})

test('a port that is in use is told, with its number', async () => {
  const port = await findFreePort()
  const options = { port, queueBytes: 65_536, onDatagram: () => {} }
  const receiver = await openUdpReceiver(options)
  await assert.rejects(openUdpReceiver(options), {
    code: 'cannot-listen',
    message: `cannot listen on UDP port ${port}: EADDRINUSE`,
  })
  receiver.close()
})
