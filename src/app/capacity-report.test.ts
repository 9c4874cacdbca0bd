import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReport } from '../../test/support/capacity.ts'
import { simulateReport } from '../../test/support/simulated-capacity.ts'
import type { CapacityAnswer, CapacityReport } from '../model/capacity.ts'
import { exitCodeOf } from './capacity-report.ts'

test('candidate and baseline are measured one after the other, and make a ratio', async () => {
  const report = await simulateReport()
  const { candidate, baseline, ratio, expectation, normal } = report
  assert.ok(candidate.answer.level < 2.1 && baseline!.answer.level > 3.6)
  assert.ok(ratio! > 0.45 && ratio! < 0.55)
  assert.deepEqual(
    [expectation, normal.writesAmplified, normal.shape],
    ['fails', false, 'superposed'],
  )
  assert.ok(Math.abs(normal.rate - 50) < 0.1 && Math.abs(normal.writes - 0.1) < 0.001)
  assert.equal(exitCodeOf(report), 1)
})

test('what the generator could send is no less than what it sent in a trial', async () => {
  const { generator, candidate } = await simulateReport({ rate: 10, reached: true })
  assert.equal(generator!.rate, Math.max(...candidate.trials.map(({ rate }) => rate)))
  assert.equal(generator!.reached, false)
  assert.ok(generator!.headroom! > 1)
})

const codes: readonly (readonly [
  Partial<CapacityAnswer>,
  CapacityReport['expectation'],
  number,
])[] = [
  [{}, null, 0],
  [{}, 'holds', 0],
  [{}, 'fails', 1],
  [{}, 'undecided', 3],
  [{ kind: 'at-least' }, null, 0],
  [{ kind: 'generator-bound' }, null, 3],
  [{ kind: 'generator-bound' }, 'holds', 0],
  [{ kind: 'none', level: 0 }, null, 1],
  [{ kind: 'none', level: 0, ended: 'interrupted' }, null, 3],
  [{ ended: 'time' }, null, 3],
]
for (const [parts, expectation, code] of codes) {
  test(`the exit code of ${JSON.stringify(parts)} is ${code} where it ${expectation}`, () => {
    const report = createReport({ answer: parts })
    assert.equal(exitCodeOf({ ...report, expectation }), code)
  })
}
