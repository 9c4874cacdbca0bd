import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionOf, featuresOf, viewRequest } from './request-view.ts'

function view(text: string) {
  return viewRequest(Buffer.from(text.replaceAll('\n', '\r\n')))
}

test('a request is read as far as its endpoint needs', () => {
  const read = view(
    'POST http://shop/a/b?c=d HTTP/1.1\nHost: shop\nContent-Type: application/JSON; x=y\n\n{"e":1}',
  )
  assert.deepEqual(
    [read.method, read.target, read.path, read.contentType, read.body],
    ['POST', '/a/b?c=d', '/a/b', 'application/json', '{"e":1}'],
  )
  assert.deepEqual(read.fields[0], ['host', 'shop'])
})

test('a body that is chunked, encoded, long or absent is left', () => {
  assert.equal(view('GET / HTTP/1.1\n\n').body, null)
  assert.equal(view('POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n1\na\n0\n\n').body, null)
  assert.equal(view('POST / HTTP/1.1\nContent-Encoding: gzip\n\nabc').body, null)
  assert.equal(view(`POST / HTTP/1.1\n\n${'a'.repeat(70_000)}`).body, null)
})

test('what is no request has empty parts', () => {
  assert.deepEqual(view(''), {
    method: '',
    target: '',
    path: '',
    fields: [],
    contentType: '',
    body: null,
  })
})

test('actions and features come from all parts', () => {
  const read = view('GET /x?op=list&page=2 HTTP/1.1\nX-Tenant: acme\n\n')
  assert.equal(actionOf(read, ['op']), 'op=list')
  assert.deepEqual(featuresOf(read, '{"state":"paid"}', 200), [
    'status=200',
    'query.op=list',
    'query.page=2',
    'header.x-tenant=acme',
    'answer.state=paid',
  ])
})
