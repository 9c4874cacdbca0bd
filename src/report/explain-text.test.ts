import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSampleReport } from '../../test/support/sample-report.ts'
import { createSampleRun } from '../../test/support/sample-run.ts'
import { formatExplanation } from './explain-text.ts'

test('a place is explained by its labels, numbers, values and examples', () => {
  const { report } = createSampleReport([
    { action: 'accept', endpoint: 'GET /search', path: '*', reason: 'meant' },
  ])
  const endpoint = createSampleRun().tally.endpoints.find(({ endpoint }) =>
    /search/.test(endpoint),
  )!
  const text = formatExplanation(endpoint, endpoint.paths, report)
  for (const line of [
    'GET /search: 150 exchanges',
    '$.total value: accepted',
    '  differs in 21 exchanges:',
    '    21 changed: P and B alike, C not',
    '  only with query.currency=JPY (21 of 21 with it, 0 of 129 without)',
    '  rule: accept GET /search *',
    '    21 × 10 → 11',
    '    C  200  11',
    `    curl -i 'http://127.0.0.1:5000/search?currency=JPY' -H "cookie: $COOKIE"`,
  ]) {
    assert.ok(text.split('\n').includes(line), `${line}\n\nis not in\n\n${text}`)
  }
})

test('places with a finding come before those without, whatever the order they were met in', () => {
  const { report } = createSampleReport()
  const endpoint = createSampleRun().tally.endpoints.find(({ endpoint }) =>
    /search/.test(endpoint),
  )!
  const [found] = endpoint.paths
  const quiet = { ...found!, path: '$.quiet' }
  const text = formatExplanation(endpoint, [quiet, ...endpoint.paths], report)
  const at = (heading: string) => text.indexOf(`\n\n${heading} value: `)
  assert.ok(at('$.total') >= 0 && at('$.total') < at('$.quiet'), text)
})

test('what an endpoint is like as a whole is told where none of its places differs', () => {
  const { report } = createSampleReport()
  const endpoint = createSampleRun().tally.endpoints.find(({ endpoint }) => /users/.test(endpoint))!
  const text = formatExplanation(endpoint, [], report)
  const means = 'P 500, B 500, B2 500, C 800'
  assert.ok(text.includes(`  mean bytes: ${means}; C over B × 1.60 (1.60 to 1.60)\n`), text)
  assert.match(text, /latency p95: P \d.* C over B × 1\.00/)
  assert.match(text, /size: advice\n +× 1\.60 \(1\.60 to 1\.60; 150 pairs in \d+ blocks of time\)/)
})
