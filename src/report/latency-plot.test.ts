import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSampleReport } from '../../test/support/sample-report.ts'
import { htmlText } from './html-text.ts'
import { drawDistribution, drawRatio, drawSeries, timeTicks } from './latency-plot.ts'

test('a ratio is drawn where it is, and said in words', () => {
  const slower = htmlText(drawRatio({ ratio: 2, low: 1.5, high: 9, pairs: 100 }))
  assert.match(slower, /class="ratio slower"/)
  assert.match(slower, /cx="116"/)
  assert.match(slower, /× 2.000, between 1.500 and 9.000/)
  assert.match(htmlText(drawRatio({ ratio: 1, low: 0.9, high: 1.1, pairs: 9 })), /alike.*cx="60"/s)
  assert.match(htmlText(drawRatio({ ratio: 0.1, low: 0.1, high: 0.2, pairs: 9 })), /faster/)
})

test('a distribution has a line for each role that answered', () => {
  const { report } = createSampleReport()
  const drawn = htmlText(drawDistribution(report.endpoints[0]!)!)
  assert.equal(drawn.match(/<polyline/g)?.length, 3)
  assert.doesNotMatch(drawn, /NaN|Infinity/)
  assert.equal(drawDistribution({ ...report.endpoints[0]!, latency: {} }), null)
})

test('a series is drawn where there is enough of it', () => {
  const { series } = createSampleReport().report
  assert.match(htmlText(drawSeries(series)!), /polyline class="line candidate" points="44,/)
  assert.equal(drawSeries(series.slice(0, 2)), null)
})

test('the ticks of an axis lie within it, and are few', () => {
  assert.deepEqual(timeTicks(900, 6_000), [1_000, 2_000, 5_000])
  assert.ok(timeTicks(1, 1e8).length <= 9)
})
