import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEndpointLoad, createReport, createTrial } from '../../test/support/capacity.ts'
import { renderCapacityHtml } from './capacity-html.ts'

test('the page holds the answer, three plots, all trials and endpoints, and needs nothing else', () => {
  const page = renderCapacityHtml(createReport())
  assert.match(page, /bears 3.4× of normal \(812 req\/s/)
  assert.equal(page.match(/<svg /g)!.length, 3)
  assert.equal(page.match(/<td>(first|short|long)<\/td>/g)!.length, 3)
  assert.match(page, /<td>POST \/orders<\/td>/)
  assert.doesNotMatch(page, /<script|https?:\/\/(?!candidate)|url\(/)
})

test('with a baseline both are compared in a plot of their own', () => {
  const { candidate } = createReport()
  const page = renderCapacityHtml(createReport({ report: { baseline: candidate, ratio: 0.5 } }))
  assert.equal(page.match(/<svg /g)!.length, 7)
  assert.match(page, /bears <b>0.50<\/b> of what/)
})

test('what an endpoint is called is no markup', () => {
  const endpoints = [createEndpointLoad('GET /<script>', 100, 0)]
  const page = renderCapacityHtml(
    createReport({ candidate: { trials: [createTrial({ endpoints })] } }),
  )
  assert.match(page, /GET \/&lt;script&gt;/)
  assert.doesNotMatch(page, /<script/)
})

test('the page says what the generator could send, and what the recording misses', () => {
  const report = createReport()
  const page = renderCapacityHtml({ ...report, normal: { ...report.normal, lost: { gap: 12 } } })
  assert.match(page, /generator headroom: it could send 30000 req\/s, 37× what the answer took\./)
  assert.match(page, /lost while recording: gap 12 /)
  const { generator: _, ...older } = report
  assert.doesNotMatch(renderCapacityHtml(older), /headroom|lost while/)
})
