import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEntries } from './har-entry.ts'

const entry = {
  startedDateTime: '',
  request: { method: 'GET', url: '', httpVersion: '', headers: [{ name: 'a', value: 'b' }] },
  response: { status: 0, statusText: '', httpVersion: '', headers: [], content: {} },
}
const file = (...entries: readonly unknown[]) => readEntries({ log: { entries } })

test('a file is known by its entries', () => {
  assert.deepEqual(file(entry), [entry])
  assert.deepEqual(file(), [])
  for (const wrong of [null, [], {}, { log: { entries: {} } }]) {
    assert.equal(readEntries(wrong), null)
  }
  assert.equal(file({ ...entry, request: {} }), null)
})

test('one entry that cannot be read spoils no other', () => {
  const wrong = [
    { ...entry, request: {} },
    { ...entry, startedDateTime: 1_700_000_000_000 },
    { ...entry, request: { ...entry.request, postData: 'a=b' } },
    { ...entry, response: { ...entry.response, content: { text: 7 } } },
    7,
  ]
  assert.deepEqual(file(entry, ...wrong), [entry, ...wrong.map(() => null)])
})

test('what programs leave out is as it mostly is', () => {
  const { request } = entry
  const { httpVersion: _, ...bare } = request
  assert.deepEqual(file({ ...entry, request: bare, response: null }), [
    {
      ...entry,
      request: { ...request, httpVersion: 'HTTP/1.1' },
      response: { ...entry.response, httpVersion: 'HTTP/1.1' },
    },
  ])
  const headers = [{ name: 'a', value: 7 }, { name: 'b', value: null }, { value: 'c' }, 1]
  const [read] = file({ ...entry, request: { ...request, headers } })!
  assert.deepEqual(read!.request.headers, [{ name: 'a', value: '7' }])
})
