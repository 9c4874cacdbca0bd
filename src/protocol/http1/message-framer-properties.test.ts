import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFramer, describe, octetsOf } from '../../../test/support/check-framer.ts'
import { fc } from '../../../test/support/properties.ts'
import type { FramedEvent } from './framed-event.ts'

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/)
const lineEnd = fc.constantFrom('\r\n', '\n')
const octets = fc
  .uint8Array({ maxLength: 60 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'))

/** Fields that say nothing about framing: their names begin with `X-`. */
const fields = fc
  .array(fc.tuple(token, fc.stringMatching(/^[!-~ \t\x80-\xff]{0,20}$/), lineEnd), { maxLength: 4 })
  .map((lines) => lines.map(([name, value, end]) => `X-${name}:${value}${end}`).join(''))

const target = fc.stringMatching(/^[!-~\x80-\xff]{1,20}$/)
const requestLine = fc.tuple(token, target, lineEnd).map((parts) => {
  const [method, path, end] = parts
  return `${method === 'PRI' || method === 'CONNECT' ? 'GET' : method} ${path} HTTP/1.1${end}`
})
const statusLine = fc
  .tuple(fc.integer({ min: 200, max: 599 }), fc.stringMatching(/^[!-~ ]{0,10}$/), lineEnd)
  .filter(([status]) => status !== 204 && status !== 304)
  .map(([status, reason, end]) => `HTTP/1.1 ${status} ${reason}${end}`)

const extension = fc.oneof(
  token.map((name) => `;${name}`),
  fc.tuple(token, token).map(([name, value]) => ` ; ${name}=${value}`),
  fc
    .tuple(token, fc.stringMatching(/^[ !#-[\]-~]{0,8}$/))
    .map((pair) => `;${pair[0]}="${pair[1]}\\""`),
)
const chunk = fc
  .tuple(octets, fc.array(extension, { maxLength: 2 }), fc.nat({ max: 3 }), fc.boolean())
  .filter(([data]) => data.length > 0)
  .map(([data, extensions, zeros, isUpper]) => {
    const digits = '0'.repeat(zeros) + data.length.toString(16)
    return `${isUpper ? digits.toUpperCase() : digits}${extensions.join('')}\r\n${data}\r\n`
  })
const chunked = fc
  .tuple(fc.array(chunk, { maxLength: 4 }), fields, lineEnd)
  .map(([chunks, trailers, end]) => `${chunks.join('')}0\r\n${trailers}${end}`)

const lengthBody = fc.tuple(fields, octets, lineEnd).map((parts) => {
  const [before, body, end] = parts
  return `${before}Content-Length: ${body.length}${end}${end}${body}`
})
const chunkedBody = fc
  .tuple(fields, chunked, lineEnd)
  .map(([before, body, end]) => `${before}Transfer-Encoding: chunked${end}${end}${body}`)
const noBody = fc.tuple(fields, lineEnd).map(([before, end]) => `${before}${end}`)

const request = fc
  .tuple(requestLine, fc.oneof(lengthBody, chunkedBody, noBody))
  .map(([line, rest]) => line + rest)
const response = fc
  .tuple(statusLine, fc.oneof(lengthBody, chunkedBody))
  .map(([line, rest]) => line + rest)

/** Lengths of the pushes, used round and round. */
const pushes = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 12 })

function feed(
  bytes: Uint8Array,
  lengths: readonly number[],
  push: (piece: Uint8Array) => readonly FramedEvent[],
): string[] {
  const events: string[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const end = at + lengths[turn % lengths.length]!
    const piece = Uint8Array.from(bytes.subarray(at, end))
    events.push(...push(piece).map(describe))
    piece.fill(0)
    at = end
  }
  return events
}

test('any messages, cut in any way, come out byte for byte', () => {
  for (const [side, message] of [
    ['request', request],
    ['response', response],
  ] as const) {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), pushes, (messages, lengths) => {
        const { framer, budget } = createFramer({ side })
        const bytes = octetsOf(messages.join(''))
        assert.deepEqual(
          feed(bytes, lengths, (piece) => framer.push(piece, 0)),
          messages,
        )
        assert.equal(budget.used(), 0)
        assert.deepEqual(framer.finish(0), [])
      }),
      { numRuns: 300 },
    )
  }
})

test('without keep the same messages are framed', () => {
  fc.assert(
    fc.property(fc.array(response, { maxLength: 6 }), pushes, (messages, lengths) => {
      const { framer } = createFramer({ side: 'response', keep: false })
      const events = feed(octetsOf(messages.join('')), lengths, (piece) => framer.push(piece, 0))
      assert.deepEqual(
        events,
        messages.map(() => ''),
      )
    }),
  )
})

test('a stretch missing from a body loses that message alone, cut in any way', () => {
  const body = fc.uint8Array({ minLength: 1, maxLength: 40 })
  const other = fc.array(request, { maxLength: 3 })
  fc.assert(
    fc.property(
      other,
      body,
      fc.nat(),
      fc.nat(),
      other,
      pushes,
      (before, data, a, b, after, cuts) => {
        const start = a % data.length
        const missing = 1 + (b % (data.length - start))
        const { framer } = createFramer({})
        const push = (piece: Uint8Array) => framer.push(piece, 0)
        const head = `${before.join('')}PUT / HTTP/1.1\nContent-Length: ${data.length}\n\n`
        const first = Buffer.concat([octetsOf(head), data.subarray(0, start)])
        const second = Buffer.concat([data.subarray(start + missing), octetsOf(after.join(''))])
        const events = [
          ...feed(first, cuts, push),
          ...framer.gap(missing).map(describe),
          ...feed(second, cuts, push),
        ]
        assert.deepEqual(events, [...before, 'lost: gap', ...after])
      },
    ),
  )
})

/** Pieces of messages in no order are likelier than noise to reach deep into the framer. */
const fragment = fc.oneof(
  request,
  response,
  chunk,
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.constantFrom(
    'GET / HTTP/1.1\r\n',
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 101 X\r\n\r\n',
    'CONNECT x HTTP/1.1\r\n\r\n',
    'Content-Length: 30\r\n',
    'Transfer-Encoding: chunked\r\n',
    '\r\n',
    '\r',
    ' ',
    '0\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\n',
  ),
)
const step = fc.oneof(
  { weight: 5, arbitrary: fragment },
  { weight: 1, arbitrary: fc.integer({ min: -1, max: 50 }) },
)

test('no bytes, gaps or limits make the framer throw, and all memory comes back', () => {
  const limits = fc.record({
    side: fc.constantFrom('request' as const, 'response' as const),
    headBytesMax: fc.integer({ min: 1, max: 200 }),
    messageBytesMax: fc.integer({ min: 1, max: 400 }),
    budgetBytes: fc.integer({ min: 0, max: 3_000 }),
    synchronized: fc.boolean(),
    keep: fc.boolean(),
    methods: fc.array(fc.constantFrom('GET', 'HEAD', 'CONNECT'), { maxLength: 4 }),
  })
  fc.assert(
    fc.property(limits, fc.array(step, { maxLength: 25 }), fc.boolean(), (setting, steps, ends) => {
      const { framer, budget } = createFramer(setting)
      for (const next of steps) {
        if (typeof next === 'number') framer.gap(next)
        else framer.push(octetsOf(next), 0)
        assert.ok(budget.used() <= Math.max(setting.headBytesMax, setting.messageBytesMax, 512) * 2)
      }
      if (ends) framer.finish(0)
      else framer.release()
      assert.equal(budget.used(), 0)
    }),
    { numRuns: 2_000 },
  )
})
