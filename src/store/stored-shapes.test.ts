import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSampleRun } from '../../test/support/sample-run.ts'
import { formatStoredEndpoint, readStoredComparison, readStoredEndpoint } from './stored-shapes.ts'

const block = { at: 7, pairs: 5, logRatio: 0.2 }

test('blocks of an older program get the numbers that it did not count', () => {
  const tally = {
    endpoint: 'GET /',
    latency: { byRole: {}, candidate: [block], control: [] },
    paths: [{ path: '$.a' }],
  }
  const { latency, paths } = readStoredEndpoint(JSON.stringify(tally))
  assert.deepEqual(latency.candidate, [{ ...block, micros: 0, tailLogRatio: 0.2, tailMicros: 0 }])
  assert.deepEqual(paths[0]?.sketch, [])
})

test('blocks of this program stay as they are', () => {
  const whole = { ...block, micros: 3, tailLogRatio: 0.4, tailMicros: 9 }
  const tally = {
    endpoint: 'GET /',
    latency: { byRole: {}, candidate: [], control: [whole] },
    paths: [],
  }
  assert.deepEqual(readStoredEndpoint(JSON.stringify(tally)).latency.control, [whole])
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
