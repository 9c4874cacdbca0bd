import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSampleRun } from '../../test/support/sample-run.ts'
import { formatStoredEndpoint, readStoredComparison, readStoredEndpoint } from './stored-shapes.ts'

const size = { logSum: 12.4, count: 2 }
const block = { at: 7, pairs: 5, logRatio: 0.2 }

test('blocks of an older program get the numbers that it did not count', () => {
  const tally = {
    endpoint: 'GET /',
    latency: { byRole: {}, candidate: [block], control: [] },
    sizes: { candidate: size },
    paths: [{ path: '$.a' }],
  }
  const { latency, sizes, paths } = readStoredEndpoint(JSON.stringify(tally))
  assert.deepEqual(latency.candidate, [
    { ...block, difference: 0, tailLogRatio: 0.2, tailDifference: 0 },
  ])
  assert.deepEqual(sizes, { byRole: { candidate: size }, candidate: [], control: [] })
  const [path] = paths
  assert.deepEqual([path?.sketch, path?.rules, path?.hidden], [[], {}, {}])
  assert.equal(path?.hiddenDistinct, 0)
})

test('blocks of this program stay as they are, and older ones keep their differences', () => {
  const whole = { ...block, difference: 3, tailLogRatio: 0.4, tailDifference: 9 }
  const older = { ...block, micros: 3, tailLogRatio: 0.4, tailMicros: 9 }
  const sizes = { byRole: {}, candidate: [whole], control: [] }
  const latency = { byRole: {}, candidate: [older], control: [whole] }
  const read = readStoredEndpoint(JSON.stringify({ endpoint: 'GET /', latency, sizes, paths: [] }))
  assert.deepEqual(read.latency, { byRole: {}, candidate: [whole], control: [whole] })
  assert.deepEqual(read.sizes, sizes)
})

test('when a candidate was asked is when production was, where that was not stored', () => {
  assert.equal(readStoredComparison('{"at":5}').askedAt, 5)
  assert.equal(readStoredComparison('{"at":5,"askedAt":9}').askedAt, 9)
})

test('latencies are stored by bucket in an object, and packed when they are read', () => {
  const [endpoint] = createSampleRun().tally.endpoints
  const packed = { candidate: [-2, 1, 300, 7], baseline: [] }
  const tally = { ...endpoint!, latency: { ...endpoint!.latency, byRole: packed } }
  const text = formatStoredEndpoint(tally)
  const stored = JSON.parse(text) as { readonly latency: { readonly byRole: unknown } }
  assert.deepEqual(stored.latency.byRole, { candidate: { '-2': 1, '300': 7 }, baseline: {} })
  assert.deepEqual(readStoredEndpoint(text), tally)
})
