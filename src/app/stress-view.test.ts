import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReport } from '../../test/support/capacity.ts'
import { simulateReport } from '../../test/support/simulated-capacity.ts'
import { readStress } from './stress-view.ts'

test('a report of a capacity is shown with its answer, its trials and what gave way', () => {
  const view = readStress(JSON.parse(JSON.stringify(createReport())))
  const [candidate] = view?.targets ?? []
  assert.deepEqual(
    [candidate?.role, candidate?.answer.level, candidate?.p99Max, candidate?.gaveWay?.endpoint],
    ['candidate', 3.4, 300_000, 'POST /orders'],
  )
  assert.deepEqual(
    candidate?.trials.map(({ verdict }) => verdict),
    ['holds', 'breaks', 'holds'],
  )
})

test('a report as the program makes it is shown with all that the page tells of it', async () => {
  const report = await simulateReport()
  const view = readStress(JSON.parse(JSON.stringify(report)))!
  const { candidate, baseline } = report
  assert.deepEqual([view.normalRate, view.ratio], [report.normal.rate, report.ratio])
  assert.deepEqual([view.generator, view.lost], [report.generator, report.normal.lost])
  assert.ok(view.generator!.headroom! > 1)
  assert.deepEqual([view.slo, view.expected, view.expectation], ['p99<300ms', '>=3x', 'fails'])
  assert.deepEqual(
    view.targets.map(({ answer, gaveWay, recovery, trials }) => [
      ...[answer, gaveWay, recovery, trials.length],
    ]),
    [candidate, baseline!].map(({ answer, gaveWay, recovery, trials }) => [
      ...[answer, gaveWay, recovery, trials.length],
    ]),
  )
  assert.ok(view.targets[0]!.gaveWay !== null && view.targets[0]!.recovery !== null)
  assert.ok(view.targets[0]!.trials.some(({ reasons }) => reasons.length > 0))
})

test('a report of an older version says nothing of the generator and of losses, and is shown', () => {
  const { generator: _, normal, ...older } = createReport()
  const { lost: __, ...plain } = normal
  const view = readStress({ ...older, normal: plain })!
  assert.deepEqual([view.generator, view.lost], [null, {}])
})

for (const parsed of [null, 7, {}, { version: 1 }, { ...createReport(), candidate: null }]) {
  test(`${JSON.stringify(parsed).slice(0, 30)} is no report`, () => {
    assert.equal(readStress(parsed), null)
  })
}
