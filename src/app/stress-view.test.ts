import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReport } from '../../test/support/capacity.ts'
import { readStress } from './stress-view.ts'

test('a report of a capacity is shown with its answer, its trials and what gave way', () => {
  const view = readStress(JSON.parse(JSON.stringify(createReport())))
  const [candidate] = view?.targets ?? []
  assert.deepEqual(
    [candidate?.role, candidate?.level, candidate?.brokeAt, candidate?.gaveWay?.endpoint],
    ['candidate', 3.4, 3.6, 'POST /orders'],
  )
  assert.deepEqual(
    candidate?.trials.map(({ verdict }) => verdict),
    ['holds', 'breaks', 'holds'],
  )
})

for (const parsed of [null, 7, {}, { version: 1 }, { ...createReport(), candidate: null }]) {
  test(`${JSON.stringify(parsed).slice(0, 30)} is no report`, () => {
    assert.equal(readStress(parsed), null)
  })
}
