import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHttpBench, get, ok, seconds } from '../../test/support/target-bench.ts'

test('what the output does not take has a fate at once, and the rest is replayed', async () => {
  const { output, wires, send, fates } = createHttpBench()
  send({ payload: get('/a') }, { kind: 'response' }, { connection: 2, kind: 'replayed' })
  assert.deepEqual([wires.length, fates()], [1, { accepted: 1, 'dropped kind': 2 }])
  assert.deepEqual([output.idle(), (output.queuedBytes?.() ?? 0) > 0], [false, true])
  wires[0]!.connect()
  wires[0]!.answer(ok)
  assert.deepEqual([output.idle(), output.queuedBytes?.()], [true, 0])
})

test('time passes for what waits, and closing settles the rest', async () => {
  const { output, send, pass, fates } = createHttpBench({ timeout: 1 * seconds })
  send({ payload: get('/a') })
  pass(2 * seconds)
  assert.equal(fates()['dropped unreachable'], 1)
  send({ payload: get('/b') })
  await output.close()
  assert.equal(fates()['dropped exit'], 1)
})
