import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSampleReport } from '../../test/support/sample-report.ts'
import { findingAnchor, markDifference, renderFindings } from './html-findings.ts'
import { htmlText } from './html-text.ts'

test('the words that differ are marked whole', () => {
  assert.deepEqual(markDifference('"price": 11.9,', '"price": 11.90,'), ['"price": ', '11.9', ','])
  assert.deepEqual(markDifference('abc', 'abc'), ['', 'abc', ''])
  assert.deepEqual(markDifference('a b c', 'a x c'), ['a ', 'b', ' c'])
  assert.deepEqual(markDifference('', 'x'), ['', '', ''])
})

test('answers stand side by side, and nothing in them becomes markup', () => {
  const { report, views } = createSampleReport()
  const text = htmlText(renderFindings(report, views)!)
  assert.match(text, /P · production.*B · baseline.*C · candidate/s)
  assert.match(text, /<td class="place">\$\.items\[0\]\.price<\/td>/)
  assert.match(text, /\$\.total<\/td>.*<td class="candidate"><mark>11<\/mark><\/td>/)
  assert.match(text, /<td colspan="4">\d+ alike<\/td>/)
  assert.match(text, /&lt;script&gt;x&lt;\/script&gt;/)
  assert.doesNotMatch(text, /<script/)
})

test('an anchor is a word of its own', () => {
  assert.match(findingAnchor('GET /a?b "$.c" value'), /^[\w-]+$/)
  assert.notEqual(findingAnchor('GET /a'), findingAnchor('GET /b'))
})

test('a report without findings has no such part', () => {
  const { report, views } = createSampleReport()
  assert.equal(renderFindings({ ...report, findings: [] }, views), null)
})
