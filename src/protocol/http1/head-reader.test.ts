import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeadReader, headBad, headCut } from './head-reader.ts'

function createReader(side: 'request' | 'response' = 'request'): HeadReader {
  const reader = new HeadReader(side, 100)
  reader.begin()
  return reader
}

test('a head ends after its empty line', () => {
  const text = 'GET / HTTP/1.1\r\nHost: x\r\n\r\nbody\r\n\r\n'
  assert.equal(createReader().read(Buffer.from(`..${text}`), 2, 2, text.length + 2), 29)
})

test('reading goes on at the line that was cut', () => {
  const reader = createReader()
  const bytes = Buffer.from('GET / HTTP/1.1\r\nConnection: close\r\n\r\n')
  assert.equal(reader.read(bytes.subarray(0, 25), 0, 0, 25), headCut)
  assert.equal(reader.lineStart, 16)
  assert.equal(reader.startLineRead(), true)
  assert.equal(reader.read(bytes, 0, reader.lineStart, 35), headCut)
  assert.equal(reader.lineStart, 35)
  assert.equal(reader.read(bytes, 0, reader.lineStart, 37), 37)
  const head = reader.finish(37, 'GET')
  assert(typeof head !== 'string')
  assert.equal(head.keepAlive, false)
})

test('what is wrong with a line shows when the line is whole', () => {
  const reader = createReader()
  const bytes = Buffer.from('GET / HTTP/1.1\r\nHo st: x\r\n')
  assert.equal(reader.read(bytes.subarray(0, 25), 0, 0, 25), headCut)
  assert.equal(reader.read(bytes, 0, reader.lineStart, 26), headBad)
  assert.equal(reader.error, 'bad-header')
})

test('a start line that is no HTTP/1 tells what it is', () => {
  const cases: [string, string][] = [
    ['PRI * HTTP/2.0\r\n', 'http2'],
    ['GET / HTTP/2.0\r\n', 'not-http'],
    ['PRI *\r\n', 'bad-start-line'],
  ]
  for (const [text, error] of cases) {
    const reader = createReader()
    assert.equal(reader.read(Buffer.from(text), 0, 0, text.length), headBad)
    assert.equal(reader.error, error)
  }
})

test('a response is framed by its status, its fields and its request', () => {
  const cases: [head: string, method: string, framing: string][] = [
    ['200 OK\r\nContent-Length: 5', 'GET', 'length'],
    ['200 OK\r\nContent-Length: 5', 'HEAD', 'none'],
    ['200 OK\r\nContent-Length: 5', 'CONNECT', 'none'],
    ['404 No\r\nContent-Length: 5', 'CONNECT', 'length'],
    ['304 Not Modified\r\nContent-Length: 5', 'GET', 'none'],
    ['200 OK\r\nTransfer-Encoding: chunked', 'GET', 'chunked'],
    ['200 OK\r\nTransfer-Encoding: gzip', 'GET', 'until-close'],
    ['200 OK\r\nServer: x', 'GET', 'until-close'],
  ]
  for (const [text, method, framing] of cases) {
    const reader = createReader('response')
    const bytes = Buffer.from(`HTTP/1.1 ${text}\r\n\r\n`)
    const headBytes = reader.read(bytes, 0, 0, bytes.length)
    const head = reader.finish(headBytes, method)
    assert(typeof head !== 'string')
    assert.equal(head.framing, framing, text)
  }
})
