import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHttpBench, get, ok, seconds, sent } from '../../test/support/target-bench.ts'
import type { Message } from '../model/message.ts'

/** Knows no value until it is told one. */
function createPrepare() {
  const state = { known: false, asked: 0, lasts: 0 }
  const prepare = (request: Message, last: boolean): Message | null => {
    const text = Buffer.from(request.payload).toString('latin1')
    if (!text.includes('TOKEN')) return request
    state.asked += 1
    if (last) state.lasts += 1
    const value = state.known ? 'known' : 'unknown'
    if (!state.known && !last) return null
    return { ...request, payload: Buffer.from(text.replace('TOKEN', value), 'latin1') }
  }
  return { state, prepare }
}

test('a request waits for its value, and holds up no other connection', () => {
  const { state, prepare } = createPrepare()
  const { wires, send, fates } = createHttpBench({ prepare })
  send({ connection: 1, payload: get('/TOKEN') }, { connection: 2, payload: get('/login') })
  for (const wire of wires) wire.connect()
  assert.deepEqual([wires[0]!.written, wires[1]!.written], ['', sent('/login')])
  state.known = true
  wires[1]!.answer(ok)
  assert.equal(wires[0]!.written, sent('/known'))
  wires[0]!.answer(ok)
  assert.deepEqual(fates(), { accepted: 2, 'answered 200': 2, delivered: 2 })
})

test('a request that waited for its value is late, but not by its own sender', async () => {
  const { state, prepare } = createPrepare()
  const told: (readonly [late: number, own: number])[] = []
  const nothing = () => {}
  const account = {
    ...{ amplified: nothing, accepted: nothing, delivered: nothing, answered: nothing },
    ...{ connected: nothing, redirected: nothing, unanswered: nothing, dropped: nothing },
    scheduled: (late: number, own: number) => void told.push([late, own]),
  }
  const { wires, send, advance, now } = createHttpBench({ prepare, account })
  send({ payload: get('/TOKEN'), due: now() + 30_000 })
  await advance(12_000)
  wires[0]!.connect()
  await advance(38_000)
  state.known = true
  await advance(100_000)
  assert.equal(told.length, 1)
  assert.ok(told[0]![0] > 20_000 && told[0]![1] === 0)
})

test('a value that never comes is done without shortly before the time-out', () => {
  const { state, prepare } = createPrepare()
  const { wires, send, pass } = createHttpBench({ prepare, timeout: 2 * seconds })
  send({ payload: get('/TOKEN') })
  wires[0]!.connect()
  pass(1.7 * seconds)
  assert.equal(wires[0]!.written, '')
  pass(0.2 * seconds)
  assert.equal(wires[0]!.written, sent('/unknown'))
  assert.equal(state.lasts, 1)
})

test('a request that cannot be sent without its value is dropped at its time-out', () => {
  const { wires, send, pass, fates } = createHttpBench({ prepare: () => null })
  send({})
  wires[0]!.connect()
  pass(5.1 * seconds)
  assert.deepEqual(fates(), { accepted: 1, 'dropped queue-timeout': 1 })
})

test('many that wait are asked in rounds, and none is forgotten', async () => {
  const { state, prepare } = createPrepare()
  const { wires, send, advance } = createHttpBench({ prepare })
  for (let connection = 0; connection < 40; connection++) {
    send({ connection, payload: get('/TOKEN') })
  }
  send({ connection: 99, payload: get('/a') }, { connection: 99, payload: get('/b') })
  for (const wire of wires) wire.connect()
  wires[40]!.answer(ok)
  const asked = state.asked
  state.known = true
  wires[40]!.answer(ok)
  assert.equal(state.asked, asked)
  await advance(5_000)
  assert.ok(wires.slice(0, 40).every(({ written }) => written === sent('/known')))
})
