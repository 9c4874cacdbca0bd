import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { Ledger } from './ledger.ts'
import { createNullOutput } from './null-output.ts'

test('everything is accepted and delivered, and nothing pends', async () => {
  const ledger = new Ledger()
  const source = ledger.openSource('s')
  const output = createNullOutput('null', ledger.openOutput('null'))
  source.captured(2)
  output.write([createRequest({}), createRequest({ sequence: 1 })])
  await output.close()
  const { accepted, delivered, pending } = ledger.snapshot(0).outputs[0]!
  assert.deepEqual({ accepted, delivered, pending }, { accepted: 2, delivered: 2, pending: 0 })
  assert.equal(output.idle(), true)
})
