// The ring over real packets (see test/support/real-packets.ts for what that takes).
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { buildEthernetFrame, buildTcpPacket } from '../../../test/support/packets.ts'
import {
  awaitLink,
  drainAll,
  drainCounted,
  indexOf,
  ip,
  open,
  plugCable,
  request,
  sendFrames,
  startServer,
} from '../../../test/support/real-packets.ts'

test('a request on the loopback and its response are captured once, in both families', async () => {
  await using service = await startServer()
  const ring = open(service.port)
  const before = Date.now() * 1000
  await request('127.0.0.1', service.port, '/four')
  await request('::1', service.port, '/six')
  const after = Date.now() * 1000 + 1000
  const captured = drainAll(ring)
  const count = (text: string) => captured.filter(({ payload }) => payload.includes(text)).length
  assert.equal(count('POST /four'), 1)
  assert.equal(count('POST /six'), 1)
  assert.equal(count('HTTP/1.1 200'), 2)
  assert.equal(captured.find(({ payload }) => payload.includes('/four'))!.destination, '127.0.0.1')
  assert.equal(captured.find(({ payload }) => payload.includes('/six'))!.destination, '::1')
  for (const { at } of captured) assert.ok(at >= before && at <= after, `${before} ${at} ${after}`)
  ring.close()
})

test('without responses only what is sent to the service is captured', async () => {
  await using service = await startServer()
  const ring = open(service.port, {}, { responses: false })
  await request('127.0.0.1', service.port, '/')
  const captured = drainAll(ring)
  assert.ok(captured.length > 0)
  for (const { port } of captured) assert.equal(port, service.port)
  ring.close()
})

test('a large body is captured whole in frames beyond any real MTU', async () => {
  await using service = await startServer()
  const ring = open(service.port, { interfaceIndex: indexOf('lo') }, { responses: false })
  const body = 'x'.repeat(1_000_000)
  await request('127.0.0.1', service.port, '/', body)
  const captured = drainAll(ring)
  // The sender may send a part again, which is then captured again.
  const whole = new Map(captured.map(({ sequence, payload }) => [sequence, payload]))
  let bytes = 0
  let next = captured[0]!.sequence
  for (let payload = whole.get(next); payload !== undefined && payload !== ''; ) {
    bytes += payload.length
    next = (next + payload.length) | 0
    payload = whole.get(next)
  }
  assert.equal(bytes - captured[0]!.payload.indexOf('\r\n\r\n') - 4, body.length)
  assert.ok(captured.some(({ payload }) => payload.length > 20_000))
  ring.close()
})

test('what does not fit into a block is cut and told', async () => {
  await using service = await startServer()
  const blocks = { blockBytes: 8_192, blockCount: 512 }
  const ring = open(service.port, blocks, { responses: false })
  const body = 'x'.repeat(200_000)
  await request('127.0.0.1', service.port, '/', body)
  const captured = drainAll(ring)
  const whole = captured.map(({ payload }) => payload).join('')
  const cutBytes = captured.reduce((sum, one) => sum + one.cutBytes, 0)
  assert.ok(cutBytes > 0)
  assert.equal(whole.length + cutBytes - whole.indexOf('\r\n\r\n') - 4, body.length)
  ring.close()
})

test('a ring that nobody drains drops packets, counts them, and goes on afterwards', async () => {
  await using service = await startServer()
  const ring = open(service.port, { blockBytes: 4_096, blockCount: 2 })
  for (let count = 0; count < 20; count++) await request('127.0.0.1', service.port, '/')
  const { packets, dropped } = ring.statistics()
  assert.ok(dropped > 0)
  assert.ok(packets > dropped)
  assert.deepEqual(ring.statistics(), { packets: 0, dropped: 0 })
  drainAll(ring, packets - dropped)
  await request('127.0.0.1', service.port, '/later')
  assert.equal(drainAll(ring).filter(({ payload }) => payload.includes('/later')).length, 1)
  ring.close()
})

test('one drain hands over a bounded number of blocks', async () => {
  await using service = await startServer()
  const ring = open(service.port, { blockBytes: 4_096, blockCount: 4_096 }, { responses: false })
  for (let count = 0; count < 400; count++) await request('127.0.0.1', service.port, '/')
  const { packets, dropped } = ring.statistics()
  let first = 0
  while (first === 0) first = ring.drain(() => {})
  drainCounted(ring, () => {}, packets - first)
  // 16 blocks of 4 KiB hold fewer than half of it.
  assert.ok(packets >= 1200, `${packets}`)
  assert.equal(dropped, 0)
  assert.ok(first < packets / 2, `${first} of ${packets}`)
  ring.close()
})

test('an idle ring waits no longer than asked and has nothing to hand over', () => {
  const ring = open(1)
  assert.equal(ring.wait(1), false)
  assert.equal(
    ring.drain(() => assert.fail()),
    0,
  )
  ring.close()
})

test('over a cable, requests come in and responses go out', async () => {
  await using service = await startServer()
  using cable = plugCable(true)
  ip('addr', 'add', '198.18.77.1/30', 'dev', cable.near)
  ip('-netns', cable.space, 'addr', 'add', '198.18.77.2/30', 'dev', cable.far)
  const rings = [
    open(service.port),
    open(service.port, { interfaceIndex: indexOf(cable.near) }, { incomingOnly: false }),
    open(service.port, {}, { incomingOnly: false, interfaceIndexes: [indexOf(cable.near)] }),
  ]
  const script = `import { connect } from 'node:net'
    connect(${service.port}, '198.18.77.1').end('GET /cable HTTP/1.0\\r\\n\\r\\n').resume()`
  const child = [process.execPath, '--input-type=module', '--eval', script]
  await once(spawn('ip', ['netns', 'exec', cable.space, ...child], { stdio: 'inherit' }), 'exit')
  for (const ring of rings) {
    const payloads = drainAll(ring).map(({ payload }) => payload)
    assert.equal(payloads.filter((payload) => payload.startsWith('GET /cable')).length, 1)
    assert.equal(payloads.filter((payload) => payload.startsWith('HTTP/1.1 200')).length, 1)
    ring.close()
  }
})

test('tagged packets are captured where they come in and where they go out', () => {
  using cable = plugCable(false)
  const frames: Buffer[] = []
  for (const [source, destination] of [
    ['10.0.0.9:5', '10.0.0.1:80'],
    ['[fd00::9]:5', '[fd00::1]:80'],
  ]) {
    for (const tags of [[], [10], [10, 20], [10, 0x4014], [10, 20, 30]]) {
      const payload = `tags ${tags}`
      const packet = buildTcpPacket({ source: source!, destination: destination!, payload })
      frames.push(buildEthernetFrame(packet, tags))
    }
  }
  for (const name of [cable.near, cable.far]) {
    const ring = open(80, { interfaceIndex: indexOf(name) }, { incomingOnly: false })
    sendFrames(cable.near, frames)
    const seen = drainAll(ring).map(({ destination, payload }) => `${destination} ${payload}`)
    const tags = ['tags ', 'tags 10', 'tags 10,20', 'tags 10,16404', 'tags 10,20,30']
    const expected = ['10.0.0.1', 'fd00::1'].flatMap((host) =>
      tags.map((text) => `${host} ${text}`),
    )
    assert.deepEqual(seen, expected, name)
    ring.close()
  }
})

test('an interface that goes down is waited for, and one that is removed is an error', () => {
  using cable = plugCable(false)
  const packet = buildTcpPacket({ source: '10.0.0.9:5', destination: '10.0.0.1:80', payload: 'x' })
  const ring = open(80, { interfaceIndex: indexOf(cable.far) }, { incomingOnly: false })
  ip('link', 'set', cable.far, 'down')
  assert.equal(ring.wait(20), false)
  assert.equal(ring.wait(20), false)
  ip('link', 'set', cable.far, 'up')
  awaitLink(cable.near)
  sendFrames(cable.near, [buildEthernetFrame(packet)])
  assert.equal(drainAll(ring).length, 1)
  ip('link', 'del', cable.near)
  assert.throws(() => ring.wait(20), { code: 'interface-removed' })
  ring.close()
})

test('views of packets are empty once the ring is closed', async () => {
  await using service = await startServer()
  const ring = open(service.port)
  await request('127.0.0.1', service.port, '/')
  let kept: Uint8Array = new Uint8Array(0)
  drainCounted(ring, (bytes) => {
    kept = bytes
  })
  assert.ok(kept.length > 0)
  ring.close()
  assert.equal(kept.length, 0)
})

test('what cannot be opened says what to do', () => {
  assert.throws(() => open(80, { interfaceIndex: 0x7fff_ffff }), { code: 'unknown-interface' })
  const huge = { blockBytes: 2 ** 31, blockCount: 2 ** 11 }
  assert.throws(() => open(80, huge), { name: 'OperatorError' })
})

test('without CAP_NET_RAW the error names the capability and the ways to it', () => {
  const script = `import { openPacketRing } from '${import.meta.resolve('./packet-ring.ts')}'
    try { openPacketRing({ filter: [] }) } catch (error) { console.log(error.code, error.hint) }`
  const child = ['--input-type=module', '--eval', script]
  const printed = execFileSync(process.execPath, child, { uid: 65_534, gid: 65_534 }).toString()
  assert.match(
    printed,
    /^no-capture-permission run with sudo, or once: sudo setcap cap_net_raw\+ep/,
  )
})
