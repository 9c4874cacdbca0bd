import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isHarFile } from './har-entry.ts'

const entry = {
  startedDateTime: '',
  request: { method: 'GET', url: '', httpVersion: '', headers: [{ name: 'a', value: 'b' }] },
  response: { status: 0, statusText: '', httpVersion: '', headers: [], content: {} },
}

test('a file is known by its entries', () => {
  assert.equal(isHarFile({ log: { entries: [entry] } }), true)
  const wrong = [
    null,
    [],
    {},
    { log: { entries: {} } },
    { log: { entries: [{ ...entry, request: {} }] } },
    { log: { entries: [{ ...entry, response: { ...entry.response, headers: [1] } }] } },
  ]
  for (const file of wrong) assert.equal(isHarFile(file), false)
})
