import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CorrelationReport } from './correlate-report.ts'

test('producers and consumers beyond the ceiling count together', () => {
  const report = new CorrelationReport(() => '~')
  for (let index = 0; index < 1_100; index++) {
    report.learned(report.producer(`GET /${index} cookie a`), 'value', 'substitute')
  }
  const producer = report.producer('GET /0 cookie a')
  for (let index = 0; index < 150; index++) report.used(producer, `GET /${index} cookie a`)
  const lines = report.lines('t').map((line) => JSON.parse(line))
  assert.equal(lines.length, 1_002)
  assert.equal(lines.at(-1).position, 'other')
  assert.equal(lines.at(-1).pairs, 100)
  assert.equal(Object.keys(lines[1].consumers).length, 101)
  assert.equal(lines[1].consumers.other, 50)
  assert.equal(lines[1].substitutions, 150)
  assert.deepEqual([lines[0].learned, lines[0].substituted], [1_100, 150])
})
