import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createChange } from '../../test/support/comparisons.ts'
import { createAnswer, createStoredExchange } from '../../test/support/run-folders.ts'
import { viewExchange } from './exchange-view.ts'

const attributions = [createChange()]

test('an exchange shows its request, all answers, and what differs', () => {
  const stored = createStoredExchange({ comparison: { attributions } })
  const view = viewExchange(stored, 'http://c:5000')
  assert.equal(view.request.startLine, 'GET /orders/7?currency=JPY HTTP/1.1')
  assert.equal(view.answers.candidate?.message?.body, '{"id":7,"total":11}')
  const differing = view.rows.filter(({ differs, holder }) => differs && !holder)
  assert.deepEqual(
    differing.map(({ place, label }) => [place, label]),
    [['$.total', 'changed']],
  )
  assert.match(view.curl, /^curl .*c:5000/)
  assert.doesNotMatch(view.curl, /redacted-1/)
  assert.equal(view.safe, true)
})

test('a request that writes is not safe, and its body is shown', () => {
  const request = 'POST /cart HTTP/1.1\r\nHost: shop\r\nContent-Length: 9\r\n\r\n{"sku":1}'
  const view = viewExchange(createStoredExchange({ request: Buffer.from(request) }), null)
  assert.deepEqual([view.safe, view.request.body], [false, '{"sku":1}'])
})

test('bodies are decoded, and those that are no text are told by their length', () => {
  const zipped = gzipSync('{"id":7}')
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n'
  const image = 'HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG\0\0'
  const answers = {
    baseline: createAnswer('', { bytes: Buffer.concat([Buffer.from(head), zipped]) }),
    candidate: createAnswer('', { bytes: Buffer.from(image, 'latin1') }),
  }
  const view = viewExchange(createStoredExchange({ answers }), null)
  assert.equal(view.answers.baseline?.message?.body, '{"id":7}')
  const { body, bodyBytes } = view.answers.candidate!.message!
  assert.deepEqual([body, bodyBytes], [null, 6])
})

test('an answer that never came, and one that is no HTTP, are shown as such', () => {
  const answers = {
    baseline: createAnswer('', { bytes: null, failure: 'timeout' }),
    candidate: createAnswer('', { bytes: Buffer.from('garbage') }),
  }
  const view = viewExchange(createStoredExchange({ answers }), null)
  assert.equal(view.answers.baseline?.message, null)
  assert.deepEqual(view.answers.candidate?.message?.fields, [])
})

test('a long body is cut, and says so', () => {
  const answers = { candidate: createAnswer(`"${'x'.repeat(300_000)}"`) }
  const view = viewExchange(createStoredExchange({ answers }), null)
  const { body, cut, bodyBytes } = view.answers.candidate!.message!
  assert.deepEqual([body?.length, cut, bodyBytes], [200_000, true, 300_002])
})
