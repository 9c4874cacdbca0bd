import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkStartLinePrefix, isPlausibleRequestStart, readMethod } from './start-line.ts'

test('a request starts where a method, a target and HTTP/1 stand, as far as visible', () => {
  const cases: [string, boolean][] = [
    ['GET / HTTP/1.1\r\n', true],
    ['M-SEARCH * HTTP/1.1', true],
    ['CONNECT [::1]:443 HTTP/1.0', true],
    ['GET /half', true],
    ['GET / ', true],
    ['GET / HTTP/', true],
    ['', false],
    ['GET', false],
    ['GET ', false],
    ['GET  /', false],
    ['get / HTTP/1.1', false],
    ['GET / HTTP/2.0', false],
    ['THE END of it', false],
    [`${'A'.repeat(33)} /`, false],
    ['HTTP/1.1 200 OK', false],
    ['\r\nGET / HTTP/1.1', false],
  ]
  for (const [text, expected] of cases) {
    assert.equal(isPlausibleRequestStart(Buffer.from(text), 0), expected, text)
    assert.equal(isPlausibleRequestStart(Buffer.from(`xyz${text}`), 3), expected, text)
  }
})

test('a prefix is judged as soon as it can be', () => {
  const cases: ['request' | 'response', string, string][] = [
    ['request', 'G', 'cut'],
    ['request', 'X'.repeat(32), 'cut'],
    ['request', 'X'.repeat(33), 'bad'],
    ['request', `${'X'.repeat(33)} `, 'bad'],
    ['request', `${'X'.repeat(32)} `, 'good'],
    ['request', ' ', 'bad'],
    ['request', 'GET\r', 'bad'],
    ['response', 'HTTP', 'cut'],
    ['response', 'HTTP/1.', 'good'],
    ['response', 'HTTP/2', 'bad'],
    ['response', 'x', 'bad'],
  ]
  for (const [side, text, expected] of cases) {
    const bytes = Buffer.from(`${text}???`)
    assert.equal(checkStartLinePrefix(side, bytes, 0, text.length), expected, text)
  }
})

test('methods are read as they stand', () => {
  for (const method of ['GET', 'get', 'DELETE', 'PROPFIND', 'GETX']) {
    assert.equal(readMethod(Buffer.from(`-${method} `), 1, 1 + method.length), method)
  }
})
