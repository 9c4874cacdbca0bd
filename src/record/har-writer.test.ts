import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createRequest, type MessageParts } from '../../test/support/messages.ts'
import { fc } from '../../test/support/properties.ts'
import type { Message } from '../model/message.ts'
import { readHar } from './har-reader.ts'
import { HarWriter } from './har-writer.ts'

function write(batches: readonly (readonly Message[])[]) {
  const writer = new HarWriter('1.0')
  const pieces = [writer.begin(), ...batches.map((batch) => writer.push(batch)), writer.finish()]
  const text = Buffer.concat(pieces).toString()
  return {
    text,
    entries: JSON.parse(text).log.entries,
    leftOut: Object.fromEntries(writer.leftOut()),
  }
}

const at = 1_767_323_045_000_123
const request = (parts: MessageParts) => ({ ...createRequest({ at, ...parts }), duration: 250 })
const response = (parts: MessageParts) => ({
  ...createRequest({
    kind: 'response',
    at: at + 1_250,
    payload: 'HTTP/1.1 200 Fine\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok',
    ...parts,
  }),
  duration: 500,
})

test('an exchange is an entry with its times, in the fields that HAR 1.2 asks for', () => {
  const payload = 'POST /a?x=1&y= HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\n\r\nhi'
  const { entries, leftOut } = write([[request({ payload })], [response({})]])
  assert.deepEqual(leftOut, {})
  assert.equal(entries.length, 1)
  const [entry] = entries
  assert.equal(entry.startedDateTime, '2026-01-02T03:04:05.000123Z')
  assert.deepEqual(entry.timings, { send: 0.25, wait: 1, receive: 0.5 })
  assert.equal(entry.time, 1.75)
  assert.equal(entry.request.url, 'http://shop/a?x=1&y=')
  assert.deepEqual(entry.request.queryString, [
    { name: 'x', value: '1' },
    { name: 'y', value: '' },
  ])
  assert.deepEqual(entry.request.postData, { mimeType: '', text: 'hi' })
  assert.equal(entry.response.statusText, 'Fine')
  assert.deepEqual(entry.response.content, { size: 2, mimeType: 'text/plain', text: 'ok' })
})

test('bodies are without chunks and codings, and base64 where they are no text', () => {
  const zipped = gzipSync(Buffer.from([0xff, 0]))
  const chunked = Buffer.concat([
    Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n'),
    Buffer.from(`${zipped.length.toString(16)}\r\n`),
    zipped,
    Buffer.from('\r\n0\r\n\r\n'),
  ])
  const { entries } = write([[request({}), response({ payload: chunked })]])
  const { content } = entries[0].response
  assert.deepEqual(content, { size: 2, mimeType: '', text: '/wA=', encoding: 'base64' })
})

test('a request without a response has none in its entry, and is written at the end', () => {
  const { entries } = write([[request({}), request({ sequence: 1 }), response({ sequence: 1 })]])
  assert.deepEqual(
    entries.map(({ response: { status } }: { response: { status: number } }) => status),
    [200, 0],
  )
})

test('of requests with one id, as GoReplay gives pipelined ones, each has its own response', () => {
  const answer = (body: string) =>
    response({ payload: `HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${body}` })
  const paths = ['/1', '/2', '/3'].map((path) =>
    request({ payload: `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n` }),
  )
  const { entries } = write([[...paths, answer('1'), answer('2')]])
  const told = entries.map((entry: { request: { url: string }; response: { content: object } }) => {
    return [entry.request.url, (entry.response.content as { text?: string }).text]
  })
  assert.deepEqual(told, [
    ['http://a/1', '1'],
    ['http://a/2', '2'],
    ['http://a/3', undefined],
  ])
})

test('what HAR has no place for is counted', () => {
  const { entries, leftOut } = write([
    [
      response({ connection: 5 }),
      { ...response({}), kind: 'replayed' },
      { ...request({}), raw: true },
      request({ payload: 'OPTIONS * HTTP/1.1\r\n\r\n' }),
      request({ sequence: 1, payload: 'no HTTP' }),
      createRequest({ kind: 'closed', payload: '' }),
    ],
  ])
  assert.deepEqual(entries, [])
  assert.deepEqual(leftOut, {
    'responses without a request': 1,
    'answers of targets': 1,
    'messages of other protocols': 1,
    'requests without a path or a readable body': 1,
    'requests that are no HTTP': 1,
  })
})

const token = fc.stringMatching(/^[A-Za-z][\w-]{0,8}$/)
const value = fc.stringMatching(/^[!-~\xa1-\xff]([ -~]{0,10}[!-~])?$/)
const field = fc.tuple(
  token.filter((name) => !/^(host|content-|transfer-encoding|trailer)/i.test(name)),
  value,
)
const body = fc.oneof(
  fc.uint8Array({ maxLength: 50 }),
  fc.string().map((text) => Buffer.from(text)),
)

function assemble(line: string, fields: readonly string[][], data: Uint8Array): Buffer {
  const lines = fields.map(([name, text]) => `${name}: ${text}\r\n`).join('')
  return Buffer.concat([Buffer.from(`${line}\r\n${lines}\r\n`, 'latin1'), data])
}

const exchange = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'PURGE'),
    target: fc.stringMatching(/^\/[!-"$-~]{0,12}$/),
    fields: fc.array(field, { maxLength: 4 }),
    sent: body,
    status: fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 304),
    answered: body,
  })
  .map(({ method, target, fields, sent, status, answered }) => {
    const length = (data: Uint8Array) => [['Content-Length', String(data.length)]]
    const own = sent.length === 0 ? [] : length(sent)
    const line = `${method} ${target} HTTP/1.1`
    return [
      assemble(line, [['Host', 'shop'], ...fields, ...own], sent),
      assemble(`HTTP/1.1 ${status} Told`, [...fields, ...length(answered)], answered),
    ]
  })

test('exchanges that are written are read back, byte for byte and to the microsecond', () => {
  const check = fc.property(fc.array(exchange, { maxLength: 5 }), (exchanges) => {
    const messages = exchanges.flatMap(([sent, answered], sequence) => [
      request({ sequence, at: at + sequence * 5_000, payload: sent! }),
      response({ sequence, at: at + sequence * 5_000 + 1_000, payload: answered! }),
    ])
    const { text, leftOut } = write([messages])
    assert.deepEqual(leftOut, {})
    const read = readHar(text, '00000000')!
    assert.equal(read.leftOut.size, 0)
    const shown = ({ kind, at: time, duration, sequence, payload }: Message) => {
      return { kind, time, duration, sequence, payload: Buffer.from(payload).toString('latin1') }
    }
    assert.deepEqual(read.messages.map(shown), messages.map(shown))
  })
  fc.assert(check)
})
