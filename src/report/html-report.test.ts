import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'parse5'
import { createSampleReport } from '../../test/support/sample-report.ts'
import { renderHtml } from './html-report.ts'

const { report, views } = createSampleReport([
  { action: 'accept', endpoint: '*', path: '$.nowhere', reason: 'meant' },
])
const page = renderHtml(report, views)

test('the page is well formed, and asks for nothing', () => {
  const errors: string[] = []
  parse(page, { onParseError: ({ code }) => errors.push(code) })
  assert.deepEqual(errors, [])
  assert.doesNotMatch(page, /<(script|img|link|iframe|object)|\s(src|on\w+)=/)
  assert.match(page, /default-src 'none'|default-src &#39;none&#39;/)
  const targets = [...page.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]!)
  for (const target of targets) assert.ok(page.includes(`id="${target}"`), target)
})

test('the page says what the verdict is, why, and where', () => {
  for (const text of [
    'The candidate fails',
    '2 confirmed, 0 suspected, 0 accepted',
    'The baseline was asked twice',
    'GET /orders/{id} $.items[*].price value: 11.90 → 11.9',
    'Ann &lt;b&gt;',
    'matched nothing in this run',
    'without it at 1 place<br>POST /cart <code>$.rate</code>: 150 exchanges',
    'title="500 bytes → 800 bytes in the mean; 1.60 to 1.60, 150 pairs">× 1.60<',
  ]) {
    assert.ok(page.includes(text), text)
  }
})

test('captured text cannot leave its place', () => {
  const nasty = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`
  const stained = JSON.parse(JSON.stringify(report), (_, value) =>
    typeof value === 'string' && /orders|Ann|11\.90/.test(value) ? `${value}${nasty}` : value,
  )
  assert.doesNotMatch(renderHtml(stained, new Map()), /<script|<img/)
})

test('a run in which nothing was compared is a page as well', () => {
  const empty = {
    ...report,
    causes: [],
    findings: [],
    endpoints: [],
    series: [],
    rules: [],
    noise: [],
  }
  const traffic = { ...report.traffic, exchanges: 0, firstAt: null, lastAt: null }
  const drift = { exchanges: 0, entities: [] }
  const text = renderHtml({ ...empty, verdict: 'undecided', traffic, drift }, new Map())
  assert.match(text, /Not decided/)
  assert.doesNotMatch(text, /NaN|undefined/)
})
