import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSampleReport } from '../../test/support/sample-report.ts'
import { renderMarkdown } from './markdown-report.ts'

const { report } = createSampleReport()

test('it has the verdict, the gates, the causes and the endpoints with changes', () => {
  const lines = renderMarkdown(report).split('\n')
  for (const line of [
    '## ❌ Rehearsal: FAIL',
    '| differences | ❌ | 2 confirmed, 0 suspected, 0 accepted |',
    '2. **confirmed** POST /cart latency: × 1.60, 16 ms more: 150 times',
    '| GET /search | 150 | 21 | 0 | 0 | × 1.00 | × 1.00 |',
    '| GET /users/{id} | 150 | 0 | 150 | 0 | × 1.00 | × 1.60 |',
    'Drift: 150 exchanges (25 %) with other data than production. Rules: 0 in force. ' +
      'Noise, held to weaker checks: float 150.',
    '- float: hides what would be confirmed without it at 1 place',
  ]) {
    assert.ok(lines.includes(line), line)
  }
})

test('it has at most sixty lines, however much is wrong', () => {
  const many = <T>(one: T | undefined) => Array<T>(100).fill(one!)
  const rule = { rule: 'accept * *', hits: 0, warning: 'matched nothing in this run' }
  const text = renderMarkdown({
    ...report,
    causes: many(report.causes[0]),
    endpoints: many(report.endpoints[0]),
    rules: many(rule),
  })
  assert.ok(text.split('\n').length <= 61, `${text.split('\n').length - 1} lines`)
})

test('what was captured is no markup, and mentions nobody', () => {
  const title = '@all [x](http://evil) <img> `a` | ![b](c) #1\n# head'
  const text = renderMarkdown({ ...report, causes: [{ ...report.causes[0]!, title }] })
  const line = text.split('\n').find((found) => found.includes('evil'))!
  assert.doesNotMatch(line.replace(/&#\d+;/g, ''), /[@[\]<>`|!#]|:\/\//)
  assert.match(line, /&#35; head/)
})
