import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSampleReport } from '../../test/support/sample-report.ts'
import { formatVerdict } from './verdict-text.ts'

test('a verdict says in ten lines what failed, what is to blame, and where to read on', () => {
  const { report } = createSampleReport()
  assert.deepEqual(formatVerdict(report, 'run/').split('\n'), [
    'FAIL: 600 exchanges at 4 endpoints, compared in mode baseline-twice',
    '  failed differences: 2 confirmed, 0 suspected, 0 accepted',
    '  failed latency: slower: POST /cart × 1.60, 16 ms more',
    '  passed: traffic, coverage, failures, control, sizes, orphans, capture',
    '  1. confirmed GET /orders/{id} $.items[*].price value: 11.90 → 11.9 (150 times)',
    '  2. confirmed POST /cart latency: × 1.60, 16 ms more (150 times) and 1 more cause',
    '  drift: 150 exchanges with other data than production; other sizes at 1 endpoint',
    "  why 1.: rehearsal explain run/ 'GET /orders/{id}' '$.items[*].price'",
    '  1 rule to look at: rehearsal rules run/',
    '  more: rehearsal report run/ --format html -o report.html',
  ])
})

test('however much is wrong, it stays within ten lines of a hundred columns', () => {
  const { report } = createSampleReport()
  const gate = { name: 'traffic', outcome: 'undecided', why: 'x'.repeat(200) } as const
  const cause = { ...report.causes[0]!, title: 'y\n'.repeat(200) }
  const gates = [...Array(5).fill(gate), ...report.gates]
  const lines = formatVerdict({ ...report, gates, causes: Array(9).fill(cause) }, 'run').split('\n')
  assert.ok(lines.length <= 10, `${lines.length} lines`)
  assert.ok(lines.every((line) => line.length <= 100))
  assert.match(lines[1]!, /^ {2}failed differences/)
  assert.match(lines[4]!, /^ {2}undecided traffic; .*; passed: /)
  assert.match(lines.join('\n'), /and \d more causes\n/)
})

test('commands are whole, and safe to paste', () => {
  const { report } = createSampleReport()
  const folder = `runs/of today/${'x'.repeat(100)}`
  const lines = formatVerdict(report, folder).split('\n')
  assert.equal(lines.at(-1), `  more: rehearsal report '${folder}' --format html -o report.html`)
})
