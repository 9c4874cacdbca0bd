import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBinaryBench } from '../../test/support/target-bench.ts'

test('only what clients sent of another protocol is replayed', () => {
  const { wires, send, fates } = createBinaryBench()
  send({ payload: 'GET / HTTP/1.1\r\n\r\n' }, { kind: 'response', raw: true })
  assert.deepEqual([wires.length, fates()], [0, { 'dropped kind': 2 }])
})

test('closing settles the fate of all that is left', async () => {
  const { output, wires, send, fates } = createBinaryBench()
  send({ raw: true, payload: 'a' }, { raw: true, payload: 'b' })
  wires[0]!.connect()
  assert.equal(output.idle(), false)
  await output.close()
  assert.equal(output.idle(), true)
  const counts = { accepted: 2, delivered: 1, 'dropped exit': 1, 'unanswered exit': 1 }
  assert.deepEqual(fates(), counts)
})
