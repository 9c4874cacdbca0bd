import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { createHttpBench, get, ok, seconds, sent } from '../../test/support/target-bench.ts'
import type { Message } from '../model/message.ts'
import type { Outcome } from '../model/outcome.ts'

const closing = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'
const post = (path: string) => `POST ${path} HTTP/1.1\r\nHost: p\r\nContent-Length: 0\r\n\r\n`
const webSocket = 'GET /ws HTTP/1.1\r\nHost: p\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
const switching =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'

function describe(outcome: Outcome): string {
  if (outcome.kind === 'failed') return `${outcome.request.sequence} ${outcome.reason}`
  const { response, request } = outcome
  assert.deepEqual([response.kind, response.id], ['replayed', request.id])
  return `${response.sequence} ${Buffer.from(response.payload).toString('latin1')}`
}

test('pipelined requests are written without waiting, and answered in order', () => {
  const { wires, send, fates } = createHttpBench()
  send({ payload: get('/0') }, { sequence: 1, payload: get('/1'), pipelined: true })
  send({ sequence: 2, payload: 'HEAD /2 HTTP/1.1\r\nHost: p\r\n\r\n', pipelined: true })
  send({ sequence: 3, payload: get('/3') })
  wires[0]!.connect()
  assert.match(wires[0]!.written, /GET \/0.*GET \/1.*HEAD \/2/s)
  assert.doesNotMatch(wires[0]!.written, /\/3/)
  // The answer to HEAD names a length, and has no body.
  wires[0]!.answer(`${ok}${ok}HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\n`)
  assert.match(wires[0]!.written, /\/3/)
  wires[0]!.answer(ok)
  assert.deepEqual(fates(), { accepted: 4, 'answered 200': 3, 'answered 404': 1, delivered: 4 })
})

test('no more than 32 requests are under way on one connection', () => {
  const { wires, send } = createHttpBench()
  for (let sequence = 0; sequence < 50; sequence++) send({ sequence, pipelined: true })
  wires[0]!.connect()
  const written = () => wires[0]!.written.split('GET').length - 1
  assert.equal(written(), 32)
  wires[0]!.answer(ok + ok)
  assert.equal(written(), 34)
})

test('what was pipelined behind an answer that says close is sent again, one by one', () => {
  const { wires, send, fates } = createHttpBench()
  send({ payload: get('/0') })
  send({ sequence: 1, payload: post('/1'), pipelined: true })
  send({ sequence: 2, payload: get('/2'), pipelined: true })
  wires[0]!.connect()
  wires[0]!.answer(closing)
  wires[1]!.connect()
  assert.doesNotMatch(wires[1]!.written, /\/2/)
  wires[1]!.answer(closing)
  wires[2]!.connect()
  wires[2]!.answer(ok)
  assert.deepEqual(fates(), { accepted: 3, 'answered 200': 3, delivered: 3 })
})

test('of pipelined requests on a broken connection those that may be sent twice are', () => {
  const { wires, send, fates } = createHttpBench()
  send({ payload: get('/0') }, { sequence: 1, payload: get('/1'), pipelined: true })
  send({ sequence: 2, payload: post('/2'), pipelined: true })
  send({ sequence: 3, payload: get('/3'), pipelined: true })
  wires[0]!.connect()
  wires[0]!.answer(ok)
  wires[0]!.close('reset')
  wires[1]!.connect()
  assert.equal(wires[1]!.written, sent('/1'))
  wires[1]!.answer(ok)
  assert.equal(wires[1]!.written, sent('/1') + sent('/3'))
  wires[1]!.answer(ok)
  assert.deepEqual(fates(), {
    accepted: 4,
    'answered 200': 3,
    delivered: 4,
    'unanswered reset': 1,
  })
})

test('every request has one outcome, with the whole answer as it came', () => {
  const outcomes: string[] = []
  const onOutcome = (outcome: Outcome) => void outcomes.push(describe(outcome))
  const { wires, send, pass } = createHttpBench({ onOutcome, responseBytesMax: 100 })
  const long = `HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n${'x'.repeat(200)}`
  for (let sequence = 0; sequence < 6; sequence++) send({ sequence })
  wires[0]!.connect()
  wires[0]!.answer(ok.slice(0, 9))
  wires[0]!.answer(ok.slice(9))
  wires[0]!.answer(`HTTP/1.1 100 Continue\r\n\r\n${ok}`)
  wires[0]!.answer(long)
  wires[0]!.answer(long.slice(0, 90))
  wires[0]!.answer(long.slice(90))
  wires[0]!.answer('nonsense\r\n\r\n')
  wires[1]!.connect()
  pass(5.2 * seconds)
  send({ sequence: 6, payload: 'no request' })
  wires[2]!.connect()
  assert.deepEqual(outcomes, [
    `0 ${ok}`,
    `1 ${ok}`,
    '2 response-too-long',
    '3 response-too-long',
    '4 bad-response',
    '5 timeout',
    '6 not-http',
  ])
})

test('a response belongs to whom it is kept by, whatever the next read brings', () => {
  const kept: Uint8Array[] = []
  const onOutcome = (outcome: Outcome) => {
    if (outcome.kind === 'answered') kept.push(outcome.response.payload)
  }
  const { wires, send } = createHttpBench({ onOutcome })
  send({})
  wires[0]!.connect()
  const shared = Buffer.from(ok)
  wires[0]!.handler.received(shared)
  shared.fill(0)
  assert.equal(Buffer.from(kept[0]!).toString(), ok)
})

test('redirects are followed on the target, as often as allowed, and the last answer counts', () => {
  const followed: string[] = []
  const onRedirect = ({ id, target, payload }: Message) =>
    void followed.push(`${id} ${target} ${/Location: (.*)\r/.exec(String(payload))![1]}`)
  const { wires, send, fates } = createHttpBench({ redirectsMax: 2, onRedirect })
  send({ payload: get('/a') }, { sequence: 1, payload: get('/z') })
  wires[0]!.connect()
  const found = (path: string, more = '') =>
    `HTTP/1.1 302 Found\r\nLocation: ${path}\r\n${more}Content-Length: 0\r\n\r\n`
  wires[0]!.answer(found('/b'))
  assert.match(wires[0]!.written, /GET \/b HTTP\/1.1\r\nHost: candidate:5000\r\n\r\n$/)
  wires[0]!.answer(found('/c', 'Connection: close\r\n'))
  wires[1]!.connect()
  assert.match(wires[1]!.written, /^GET \/c /)
  wires[1]!.answer(found('/d'))
  assert.match(wires[1]!.written, /GET \/z /)
  wires[1]!.answer(ok)
  assert.deepEqual(fates(), {
    accepted: 2,
    'answered 200': 1,
    'answered 302': 1,
    delivered: 2,
    redirected: 2,
  })
  const { id } = createRequest({})
  assert.deepEqual(followed, [`${id} http://candidate:5000 /b`, `${id} http://candidate:5000 /c`])
})

test('frames follow an upgrade in order, once the target has agreed to it', () => {
  const { wires, send, fates } = createHttpBench()
  send({ payload: webSocket }, { sequence: 1, payload: 'frame 1|', raw: true })
  wires[0]!.connect()
  assert.doesNotMatch(wires[0]!.written, /frame/)
  wires[0]!.answer(`${switching}greeting`)
  wires[0]!.answer('more')
  send({ sequence: 2, payload: 'frame 2|', raw: true })
  assert.match(wires[0]!.written, /\r\n\r\nframe 1\|frame 2\|$/)
  assert.equal(wires[0]!.closed, false)
  assert.deepEqual(fates(), {
    accepted: 3,
    'answered 101': 1,
    delivered: 3,
    'unanswered raw': 2,
  })
})

test('what a target says behind an upgrade is told with the id of the newest message before it', async () => {
  const said: string[] = []
  const onTunnel = ({ kind, sequence, raw, duration, payload, target }: Message) => {
    assert.deepEqual([kind, raw, target], ['replayed', true, 'http://candidate:5000'])
    said.push(`${sequence} ${payload} after ${duration}`)
  }
  const { wires, send, advance } = createHttpBench({ onTunnel })
  send({ payload: webSocket })
  wires[0]!.connect()
  await advance(1_000)
  wires[0]!.answer(`${switching}greeting`)
  await advance(4_000)
  send({ sequence: 1, payload: 'frame', raw: true })
  await advance(3_000)
  wires[0]!.answer('pong')
  assert.deepEqual(said, ['0 greeting after 1000', '1 pong after 3000'])
})

test('an upgraded connection on which the target alone speaks is kept as long as it does', () => {
  const { wires, send, pass, fates } = createHttpBench()
  send({ payload: webSocket })
  wires[0]!.connect()
  wires[0]!.answer(switching)
  pass(200 * seconds)
  wires[0]!.answer('tick')
  pass(200 * seconds)
  send({ sequence: 1, payload: 'frame', raw: true })
  assert.equal(fates()['unanswered raw'], 1)
  pass(301 * seconds)
  assert.equal(wires[0]!.closed, true)
})

test('frames for a target that refuses the upgrade are dropped, and so are those of no upgrade', () => {
  const { wires, send, fates } = createHttpBench()
  send({ payload: webSocket }, { sequence: 1, payload: 'frame', raw: true })
  send({ connection: 9, payload: 'GET', raw: true })
  wires[0]!.connect()
  wires[0]!.answer(ok)
  send({ sequence: 2, payload: 'frame', raw: true })
  assert.equal(wires.length, 1)
  assert.deepEqual(fates(), {
    accepted: 4,
    'answered 200': 1,
    delivered: 1,
    'dropped kind': 1,
    'dropped upgrade-refused': 2,
  })
})

test('frames for a connection that the target has closed, or never read, are dropped', () => {
  const { wires, send, fates } = createHttpBench()
  send({ payload: 'CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\n\r\n' })
  wires[0]!.connect()
  wires[0]!.answer('HTTP/1.1 200 OK\r\n\r\n')
  wires[0]!.pending = 5
  send({ sequence: 1, payload: 'lost', raw: true }, { sequence: 2, payload: 'held', raw: true })
  wires[0]!.close('reset')
  send({ sequence: 3, payload: 'late', raw: true })
  assert.deepEqual(fates(), {
    accepted: 4,
    'answered 200': 1,
    delivered: 1,
    'dropped reset': 3,
  })
})

test('a frame that the peer has not read yet holds up the next', () => {
  const { wires, send, fates } = createHttpBench()
  send({ payload: webSocket })
  wires[0]!.connect()
  wires[0]!.answer(switching)
  wires[0]!.pending = 1
  send({ sequence: 1, payload: 'one', raw: true }, { sequence: 2, payload: 'two', raw: true })
  assert.match(wires[0]!.written, /one$/)
  wires[0]!.pending = 0
  wires[0]!.handler.drained()
  assert.match(wires[0]!.written, /onetwo$/)
  assert.equal(fates()['unanswered raw'], 2)
})

test('HTTP behind an upgrade that only the target agreed to goes over a new connection', () => {
  const { wires, send } = createHttpBench()
  send({ payload: webSocket }, { sequence: 1, payload: get('/next') })
  wires[0]!.connect()
  wires[0]!.answer(switching)
  assert.equal(wires[0]!.closed, true)
  wires[1]!.connect()
  assert.equal(wires[1]!.written, sent('/next'))
})

test('copies carry their number', () => {
  const edit = { host: 'c', pathPrefix: '', mark: null, copyMark: 'X-Rehearsal-Copy' }
  const { wires, send } = createHttpBench({ edit })
  send({ payload: get('/'), copy: 2 })
  wires[0]!.connect()
  assert.equal(wires[0]!.written, 'GET / HTTP/1.1\r\nHost: c\r\nX-Rehearsal-Copy: 2\r\n\r\n')
})
