import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FakeWire } from '../../test/support/fake-wires.ts'
import { createRequest } from '../../test/support/messages.ts'
import { createBinaryBench, createHttpBench, ok, seconds } from '../../test/support/target-bench.ts'
import { RequestQueue } from './request-queue.ts'
import { createTargetConnection } from './target-connection.ts'
import { UnansweredBytes } from './unanswered-bytes.ts'

const post = (path: string, bytes: number) =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes}\r\n\r\n${'x'.repeat(bytes)}`

const queueBytesMax = 2_000

test('requests wait where those without an answer take all the memory, until one is answered', () => {
  const { wires, send, fates } = createHttpBench({ queueBytesMax })
  for (let connection = 0; connection < 4; connection++) {
    send({ connection, payload: post(`/${connection}`, connection === 3 ? 10 : 850) })
    wires[connection]!.connect()
  }
  const written = () => wires.map((wire) => /POST \S+/.exec(wire.written)?.[0] ?? '')
  // The last one is short enough.
  assert.deepEqual(written(), ['POST /0', 'POST /1', '', 'POST /3'])
  wires[3]!.answer(ok)
  assert.equal(written()[2], '')
  wires[0]!.answer(ok)
  assert.equal(written()[2], 'POST /2')
  assert.deepEqual(fates(), { accepted: 4, 'answered 200': 2, delivered: 2 })
})

const endings: readonly (readonly [string, (wire: FakeWire) => void])[] = [
  [
    'an answer that says close',
    (wire) => wire.answer(ok.replace('\r\n', '\r\nConnection: close\r\n')),
  ],
  [
    'an upgrade',
    (wire) => wire.answer('HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
  ],
  ['no HTTP', (wire) => wire.answer('SSH-2.0\r\n')],
  ['a reset', (wire) => wire.close('reset')],
]

for (const [name, end] of endings) {
  test(`${name} makes room for all that was sent on that connection`, () => {
    const { wires, send, pass } = createHttpBench({ queueBytesMax })
    for (const path of ['/a', '/b']) {
      send({ connection: 0, payload: post(path, 600), pipelined: path === '/b' })
      if (path === '/a') wires[0]!.connect()
    }
    send({ connection: 1, payload: post('/c', 1_400) })
    wires[1]!.connect()
    assert.equal(wires[1]!.written, '')
    end(wires[0]!)
    pass(seconds)
    assert.match(wires[1]!.written, /^POST \/c/)
  })
}

test('what is sent again over another connection counts once', () => {
  const { wires, send, pass } = createHttpBench({ queueBytesMax: 3_700 })
  const put = (path: string, bytes: number) => post(path, bytes).replace('POST', 'PUT')
  send({ connection: 0, payload: put('/a', 10) })
  wires[0]!.connect()
  wires[0]!.answer(ok)
  send({ connection: 0, payload: put('/b', 1_500) })
  wires[0]!.close('ended')
  send({ connection: 1, payload: put('/c', 1_000) })
  wires[2]!.connect()
  pass(100_000)
  assert.match(wires[2]!.written, /^PUT \/c/)
  wires[1]!.connect()
  assert.match(wires[1]!.written, /^PUT \/b/)
})

test('an answer of another protocol makes room once it is whole', async () => {
  const { wires, send, advance, pass } = createBinaryBench({ queueBytesMax })
  send({ connection: 0, payload: 'x'.repeat(1_100), raw: true })
  wires[0]!.connect()
  send({ connection: 1, payload: 'y'.repeat(1_100), raw: true })
  wires[1]!.connect()
  assert.equal(wires[1]!.written, '')
  wires[0]!.answer('z')
  await advance(10_000)
  pass(100_000)
  assert.match(wires[1]!.written, /^y/)
})

test('what is never answered makes room at its time-out, whatever is spoken', () => {
  const http = createHttpBench({ queueBytesMax, timeout: seconds })
  const binary = createBinaryBench({ queueBytesMax, timeout: seconds })
  for (const { wires, send, pass } of [http, binary]) {
    const raw = wires === binary.wires
    for (let connection = 0; connection < 2; connection++) {
      send({ connection, payload: post('/', 1_100), raw })
      wires[connection]!.connect()
      if (connection === 0) pass(seconds / 2)
    }
    assert.equal(wires[1]!.written, '')
    pass(0.7 * seconds)
    assert.match(wires[1]!.written, /^POST/)
  }
})

test('a request above the ceiling goes alone', () => {
  const proceeded: string[] = []
  const unanswered = new UnansweredBytes(100, { proceed: ({ id }) => void proceeded.push(id) })
  const queue = new RequestQueue(0)
  const connections = [500, 50].map((bytes, index) => {
    const message = createRequest({ connection: index, payload: 'x'.repeat(bytes) })
    const connection = createTargetConnection(message.connection)
    connection.queue.push(queue.append(message, 0, 0))
    return connection
  })
  const [long, short] = connections
  assert.ok(unanswered.admits(long!, long!.queue.first()!))
  const sent = { bytes: long!.queue.shift()!.message.payload }
  unanswered.sent(sent)
  assert.ok(!unanswered.admits(short!, short!.queue.first()!))
  unanswered.proceed(0)
  assert.deepEqual(proceeded, [])
  unanswered.settled(sent)
  unanswered.proceed(0)
  assert.deepEqual(proceeded, [short!.id])
})
