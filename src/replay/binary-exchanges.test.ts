import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBinaryBench, seconds } from '../../test/support/target-bench.ts'
import type { Outcome } from '../model/outcome.ts'

const raw = (sequence: number, payload: string) => ({ sequence, payload, raw: true })

test('a message goes out when the answer before began and the target is quiet', async () => {
  const { wires, send, advance, fates } = createBinaryBench()
  send(raw(0, 'GET a\n'), raw(1, 'GET b\n'))
  wires[0]!.connect()
  assert.equal(wires[0]!.written, 'GET a\n')
  await advance(50_000)
  wires[0]!.answer('VAL')
  await advance(1_000)
  wires[0]!.answer('UE\n')
  await advance(1_000)
  assert.equal(wires[0]!.written, 'GET a\n')
  await advance(2_000)
  assert.equal(wires[0]!.written, 'GET a\nGET b\n')
  wires[0]!.answer('x')
  await advance(3_000)
  assert.deepEqual(fates(), { accepted: 2, 'answered 0': 2, delivered: 2 })
})

test('what nobody answers costs its time-out, and the connection goes on', async () => {
  const { wires, send, advance, fates } = createBinaryBench({ timeout: 1 * seconds })
  send(raw(0, 'SET'))
  wires[0]!.connect()
  await advance(600_000)
  send(raw(1, 'GET'))
  await advance(500_000)
  assert.equal(wires[0]!.written, 'SETGET')
  wires[0]!.answer('1')
  await advance(3_000)
  const counts = { accepted: 2, 'answered 0': 1, delivered: 2, 'unanswered timeout': 1 }
  assert.deepEqual(fates(), counts)
})

function tellOutcomes() {
  const told: string[] = []
  const onOutcome = (outcome: Outcome) => {
    const { sequence } = outcome.request
    if (outcome.kind === 'failed') told.push(`${sequence} ${outcome.reason}`)
    else told.push(`${sequence} ${outcome.response.payload} after ${outcome.response.duration}`)
  }
  return { told, onOutcome }
}

test('pipelined messages go out at once; what comes back is the answer to the last', async () => {
  const { told, onOutcome } = tellOutcomes()
  const { wires, send, advance } = createBinaryBench({ onOutcome, responseBytesMax: 10 })
  send(raw(0, 'a'), { ...raw(1, 'b'), pipelined: true }, raw(2, 'c'))
  wires[0]!.connect()
  assert.equal(wires[0]!.written, 'ab')
  wires[0]!.answer('1')
  wires[0]!.answer('2')
  await advance(2_000)
  assert.equal(wires[0]!.written, 'abc')
  wires[0]!.answer('much too long')
  await advance(2_000)
  assert.deepEqual(told, ['0 raw', '1 12 after 0', '2 response-too-long'])
})

test('an answer between two pipelined messages is that of the first, and the second has its own', async () => {
  const { told, onOutcome } = tellOutcomes()
  const { wires, send, advance, fates } = createBinaryBench({ onOutcome })
  send(raw(0, 'a'))
  wires[0]!.connect()
  await advance(3_000)
  wires[0]!.answer('1')
  await advance(1_000)
  send({ ...raw(1, 'b'), pipelined: true }, raw(2, 'c'))
  assert.equal(wires[0]!.written, 'ab')
  await advance(4_000)
  assert.deepEqual(told, ['0 1 after 3000'])
  wires[0]!.answer('2')
  await advance(2_000)
  assert.equal(wires[0]!.written, 'abc')
  wires[0]!.close('reset')
  assert.deepEqual(told, ['0 1 after 3000', '1 2 after 4000', '2 reset'])
  assert.deepEqual(fates(), {
    accepted: 3,
    'answered 0': 2,
    delivered: 3,
    'unanswered reset': 1,
  })
})

test('the connection closes with its client, once the answer came', async () => {
  const { output, wires, send, advance, fates } = createBinaryBench()
  send(raw(0, 'QUIT'))
  wires[0]!.connect()
  const { connection } = { connection: '5f3a9c0100000000' }
  output.ended?.([connection as never])
  assert.equal(wires[0]!.closed, false)
  wires[0]!.answer('BYE')
  await advance(2_000)
  assert.equal(wires[0]!.closed, true)
  assert.equal(fates()['answered 0'], 1)
})

test('a greeting is no answer, and a broken connection is made anew for what follows', () => {
  const { wires, send, fates } = createBinaryBench()
  send(raw(0, 'a'))
  wires[0]!.connect()
  wires[0]!.close('reset')
  send(raw(1, 'b'))
  wires[1]!.connect()
  assert.equal(wires[1]!.written, 'b')
  wires[1]!.answer('1')
  wires[1]!.close('ended')
  send(raw(2, 'c'))
  wires[2]!.answer('hello')
  wires[2]!.connect()
  assert.equal(wires[2]!.written, 'c')
  assert.deepEqual(fates(), {
    accepted: 3,
    'answered 0': 1,
    delivered: 2,
    'unanswered reset': 1,
  })
})

test('a message that the peer does not read holds up the next, and is dropped in the end', async () => {
  const { wires, send, advance, fates } = createBinaryBench({ timeout: 1 * seconds })
  send(raw(0, 'a'), { ...raw(1, 'b'), pipelined: true })
  wires[0]!.pending = 1
  wires[0]!.connect()
  assert.equal(wires[0]!.written, 'a')
  await advance(1.2 * seconds)
  assert.equal(wires[0]!.closed, true)
  assert.equal(fates()['dropped write-timeout'], 1)
})
