// The real command replays to real servers what is more than a request and its answer.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import type { Message } from '../../src/model/message.ts'
import { writeGorRecord } from '../../src/protocol/gor/gor-writer.ts'
import { createRequest } from '../support/messages.ts'
import { runRehearsal } from '../support/rehearsal.ts'

async function listen(server: Server | HttpServer): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** Replays the messages to the end; answers what the command printed. */
async function replay(messages: readonly Message[], args: readonly string[]): Promise<string> {
  using folder = createTemporaryFolder('replay')
  const path = join(folder.path, 'messages.gor')
  writeFileSync(path, Buffer.concat(messages.map((message) => writeGorRecord(message))))
  const { status, output } = await runRehearsal(['--input-file', path, ...args])
  assert.equal(status, 0, output)
  return output
}

const upgrade =
  'GET /chat HTTP/1.1\r\nHost: p\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
const switching =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'

test('the frames of a WebSocket follow its upgrade, in order, as they were masked', async () => {
  const state = { received: '', ended: 0 }
  const server = createHttpServer()
  server.on('upgrade', (_, socket, head) => {
    state.received += head.toString('latin1')
    socket.on('data', (bytes: Buffer) => {
      state.received += bytes.toString('latin1')
    })
    // Node leaves it half open, which would keep this process up.
    socket.on('end', () => socket.end())
    socket.on('close', () => {
      state.ended += 1
    })
    setTimeout(() => socket.write(switching), 50)
  })
  const port = await listen(server)
  const frames = ['\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58', '\x88\x80\x01\x02\x03\x04']
  const output = await replay(
    [
      createRequest({ payload: upgrade }),
      ...frames.map((payload, index) => createRequest({ sequence: index + 1, payload, raw: true })),
      createRequest({ sequence: 3, kind: 'closed', payload: '' }),
    ],
    ['--output-http', `http://127.0.0.1:${port}`],
  )
  server.close()
  assert.equal(state.received, frames.join(''))
  assert.match(output, /status 101 1/)
  assert.match(output, /without an answer: raw 2/)
})

test('redirects are followed on the target, and copies have connections and a mark of their own', async () => {
  const seen: string[] = []
  const sockets = new Set<unknown>()
  const server = createHttpServer((request, response) => {
    sockets.add(request.socket)
    seen.push(`${request.url} ${request.headers['x-rehearsal-copy'] ?? 0}`)
    if (request.url === '/old') response.writeHead(302, { Location: '/new' })
    response.end('body')
  })
  const port = await listen(server)
  const payload = 'GET /old HTTP/1.1\r\nHost: p\r\n\r\n'
  const output = await replay(
    [createRequest({ payload }), createRequest({ sequence: 1, payload })],
    ['--output-http', `http://127.0.0.1:${port}|300%`, '--output-http-redirects', '1'],
  )
  server.close()
  const copies = [0, 1, 2].flatMap((copy) => [`/new ${copy}`, `/old ${copy}`])
  assert.deepEqual(seen.sort(), [...copies, ...copies].sort())
  assert.equal(sockets.size, 3)
  assert.match(output, /status 200 6/)
  assert.match(output, /connections opened: 3; redirects followed: 6/)
})

test('any protocol is replayed in order, and what the target answers goes on', async () => {
  const received: string[] = []
  const server = createServer((socket) => {
    socket.on('data', (bytes) => {
      received.push(bytes.toString())
      setTimeout(() => socket.write(`+${bytes}`), 20)
    })
  })
  const port = await listen(server)
  const output = await replay(
    ['PING\r\n', 'GET a\r\n', 'QUIT\r\n'].map((payload, sequence) =>
      createRequest({ sequence, payload, raw: true }),
    ),
    [
      ...['--output-binary', `127.0.0.1:${port}`, '--output-binary-track-response'],
      ...['--output-stdout', '--output-stdout-format', 'gor'],
    ],
  )
  server.close()
  assert.deepEqual(received, ['PING\r\n', 'GET a\r\n', 'QUIT\r\n'])
  for (const answer of ['+PING', '+GET a', '+QUIT']) {
    assert.match(output, new RegExp(`^3 .* raw=1.*\\n\\${answer}`, 'm'))
  }
})
