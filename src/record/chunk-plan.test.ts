import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { ChunkPlan, type ChunkPlanOptions } from './chunk-plan.ts'

const start = new Date(2026, 0, 2, 3, 4, 5).getTime() * 1_000

/** The names of the chunks that records of 10 bytes go to, and how many chunks were ended. */
function checkPlan(
  options: Partial<ChunkPlanOptions>,
  records: readonly { readonly sequence?: number; readonly after?: number }[],
): { readonly names: readonly string[]; readonly chunks: number; readonly closed: number } {
  const plan = new ChunkPlan({
    pattern: 'a.gor',
    instance: 'abcdefgh',
    chunkBytesMax: 1_000,
    chunkRecordsMax: Number.POSITIVE_INFINITY,
    ...options,
  })
  const chunks = records.map(({ sequence = 0, after = 0 }) =>
    plan.place(createRequest({ sequence }), 10, start + after),
  )
  const names = chunks.map(({ name }) => name)
  return { names, chunks: new Set(chunks).size, closed: plan.takeClosed().length }
}

test('one chunk takes all records below its limits', () => {
  const { names, chunks, closed } = checkPlan({ pattern: 'a-%i.gor' }, [{}, {}, {}])
  assert.deepEqual(names, ['a-abcdefgh.gor', 'a-abcdefgh.gor', 'a-abcdefgh.gor'])
  assert.deepEqual([chunks, closed], [1, 0])
})

test('a chunk ends at its size, and at its number of records', () => {
  assert.equal(checkPlan({ chunkBytesMax: 20 }, [{}, {}, {}, {}, {}]).chunks, 3)
  assert.equal(checkPlan({ chunkRecordsMax: 3 }, [{}, {}, {}, {}]).chunks, 2)
  assert.equal(checkPlan({ chunkBytesMax: 5 }, [{}, {}]).chunks, 2)
})

test('a chunk ends with the time in its name', () => {
  const records = [{}, { after: 999_999 }, { after: 1_000_000 }]
  const { names, closed } = checkPlan({ pattern: '%H%M%S.gor' }, records)
  assert.deepEqual(names, ['030405.gor', '030405.gor', '030406.gor'])
  assert.equal(closed, 1)
})

test('nanoseconds are those at which the chunk began', () => {
  const { names } = checkPlan({ pattern: '%NS.gor' }, [{ after: 7 }, { after: 8 }])
  assert.deepEqual(names, ['000007000.gor', '000007000.gor'])
})

test('names that differ by message alternate without ending each other', () => {
  const records = [{ sequence: 1 }, { sequence: 2 }, { sequence: 1 }]
  const { names, chunks, closed } = checkPlan({ pattern: '%r.gor' }, records)
  assert.equal(names[0], names[2])
  assert.deepEqual([chunks, closed], [2, 0])
})

test('of too many open chunks the one used longest ago is ended', () => {
  const records = Array.from({ length: 66 }, (_, sequence) => ({ sequence }))
  assert.equal(checkPlan({ pattern: '%r.gor' }, records).closed, 2)
})
