import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeWire } from '../../test/support/fake-wires.ts'
import type { Message } from '../model/message.ts'
import { createMirrorReceiver, type MirrorReceiver } from './mirror-receiver.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const get = 'GET /a HTTP/1.1\r\nHost: shop\r\n\r\n'
const post = 'POST /b HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\n\r\nbody'
const chunked =
  'PUT /c HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'

class Bench {
  readonly messages: Message[] = []
  readonly drops = new Map<string, number>()
  readonly receiver: MirrorReceiver
  readonly clock = { now: 1_000 }

  constructor(messageBytesMax = 1_000) {
    this.receiver = createMirrorReceiver({
      account: {
        dropped: (reason, count) => {
          this.drops.set(reason, (this.drops.get(reason) ?? 0) + count)
        },
      },
      world: { now: () => this.clock.now },
      instance: '00000abc',
      limits: { headBytesMax: 500, messageBytesMax },
      bufferedBytesMax: 10_000,
      onMessages: (batch) => this.messages.push(...batch),
    })
  }

  connect() {
    const unused = { connected() {}, received() {}, drained() {}, closed() {} }
    const wire = new FakeWire({ host: '', port: 0, secure: false }, unused)
    const handler = this.receiver.accept(wire)
    return { wire, handler, send: (text: string) => handler.received(Buffer.from(text, 'latin1')) }
  }

  payloads(): readonly string[] {
    return this.messages.map(({ payload }) => Buffer.from(payload).toString('latin1'))
  }
}

test('pipelined, chunked and split requests are taken as they came, each answered', () => {
  const bench = new Bench()
  const { wire, send } = bench.connect()
  const all = get + post + chunked
  for (const character of all) send(character)
  send(all)
  assert.deepEqual(bench.payloads(), [get, post, chunked, get, post, chunked])
  assert.equal(wire.written, ok.repeat(6))
  assert.deepEqual(
    bench.messages.map(({ connection, sequence }) => [connection, sequence]),
    [0, 1, 2, 3, 4, 5].map((sequence) => ['00000abc00000000', sequence]),
  )
})

test('each client connection is one of its own, and its end is told', () => {
  const bench = new Bench()
  const first = bench.connect()
  const second = bench.connect()
  first.send(get)
  second.send(get)
  first.handler.closed('ended')
  assert.deepEqual(
    bench.messages.map(({ kind, connection }) => [kind, connection]),
    [
      ['request', '00000abc00000000'],
      ['request', '00000abc00000001'],
      ['closed', '00000abc00000000'],
    ],
  )
})

test('a client that expects 100 is told to go on once, and answered behind its body', () => {
  const bench = new Bench()
  const { wire, send } = bench.connect()
  const head = 'POST / HTTP/1.1\r\nHost: shop\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n'
  send(head)
  assert.equal(wire.written, 'HTTP/1.1 100 Continue\r\n\r\n')
  send('bo')
  send(`dy${head}`)
  const exchange = `HTTP/1.1 100 Continue\r\n\r\n${ok}`
  assert.equal(wire.written, `${exchange}HTTP/1.1 100 Continue\r\n\r\n`)
  assert.deepEqual(bench.payloads(), [`${head}body`])
})

const ends = [
  ['GET / HTTP/1.1\r\nConnection: close\r\n\r\n', true],
  ['GET / HTTP/1.0\r\n\r\n', true],
  ['GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', false],
] as const

for (const [request, closes] of ends) {
  test(`${JSON.stringify(request)} ${closes ? 'ends' : 'keeps'} the connection`, () => {
    const { wire, send } = new Bench().connect()
    send(request)
    assert.equal(wire.closed, closes)
    const field = closes ? '' : 'Connection: keep-alive\r\n'
    if (!closes) assert.ok(wire.written.includes(field))
  })
}

test('a replayed request is answered, counted and not taken', () => {
  const bench = new Bench()
  const { wire, send } = bench.connect()
  send(`GET / HTTP/1.1\r\nHost: shop\r\nX-Rehearsal: 1\r\n\r\n${get}`)
  assert.deepEqual(bench.payloads(), [get])
  assert.deepEqual([...bench.drops], [['marked', 1]])
  assert.equal(wire.written, ok + ok)
})

test('a request that is too long is refused, and the next one taken', () => {
  const bench = new Bench(100)
  const { wire, send } = bench.connect()
  send(`POST / HTTP/1.1\r\nContent-Length: 200\r\n\r\n${'x'.repeat(200)}${get}`)
  assert.deepEqual(bench.payloads(), [get])
  assert.deepEqual([...bench.drops], [['message-too-long', 1]])
  assert.match(wire.written, /^HTTP\/1.1 413 .*\r\n\r\nHTTP\/1.1 200 OK/s)
})

test('what is no HTTP is refused, counted once, and the connection ended', () => {
  const bench = new Bench()
  const { wire, send } = bench.connect()
  send('\x16\x03\x01 nonsense')
  send(get)
  assert.deepEqual(bench.payloads(), [])
  assert.deepEqual([...bench.drops], [['not-http', 1]])
  assert.match(wire.written, /^HTTP\/1.1 400 /)
  assert.equal(wire.closed, true)
})

test('a request that its connection cuts off is counted, and so is one at the end of the run', () => {
  const bench = new Bench()
  const cut = bench.connect()
  cut.send(post.slice(0, -1))
  cut.handler.closed('reset')
  assert.deepEqual([...bench.drops], [['truncated', 1]])
  const open = bench.connect()
  open.send(post.slice(0, -1))
  bench.receiver.close()
  open.handler.closed('ended')
  assert.deepEqual(
    [...bench.drops],
    [
      ['truncated', 1],
      ['exit', 1],
    ],
  )
  assert.equal(open.wire.closed, true)
})

test('a client that reads no answers is left', () => {
  const { wire, send } = new Bench().connect()
  wire.pending = 300_000
  send(get)
  assert.equal(wire.closed, true)
})
