import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escapeMarkup, type LinePlot, renderLinePlot } from './line-plot.ts'

const plot: LinePlot = {
  ...{ title: 'Latency <by> load', xLabel: 'times normal', yLabel: 'ms', yLogarithmic: true },
  series: [
    {
      name: 'p99',
      style: 'p99',
      points: [
        [1, 10],
        [10, 1_000],
      ],
    },
  ],
  limit: { name: 'limit', y: 100 },
  mark: null,
  formatY: (y) => `${y} ms`,
}

test('a plot is one svg element with every point', () => {
  const svg = renderLinePlot(plot)
  assert.match(
    svg,
    /^<svg viewBox="0 0 640 300" role="img" aria-label="Latency &lt;by&gt; load">.*<\/svg>$/,
  )
  assert.equal(svg.match(/<circle /g)!.length, 2)
  assert.match(svg, /<polyline class="p99" points="64,256 624,34"\/>/)
})

test('on a logarithmic scale the geometric middle is in the middle', () => {
  const limit = /class="limit" x1="64" x2="624" y1="(\d+)"/.exec(renderLinePlot(plot))
  assert.equal(limit![1], '145')
})

test('a linear scale begins at 0', () => {
  const svg = renderLinePlot({ ...plot, yLogarithmic: false, limit: { name: 'none', y: 0 } })
  assert.match(svg, /class="limit" x1="64" x2="624" y1="256"/)
})

test('without a point there is no plot', () => {
  assert.equal(renderLinePlot({ ...plot, series: [] }), '')
})

test('markup in a text stays text', () => {
  assert.equal(escapeMarkup('<a href="x">&'), '&lt;a href=&quot;x&quot;&gt;&amp;')
})
