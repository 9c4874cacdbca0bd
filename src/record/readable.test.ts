import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { fc } from '../../test/support/properties.ts'
import type { ExchangeId } from '../model/message.ts'
import { formatReadable } from './readable.ts'

/** Below the line about the message. */
function showPayload(payload: string | Uint8Array): string {
  const text = formatReadable(createRequest({ payload }))
  return text.slice(text.indexOf('\n') + 1)
}

test('a message is a line about it, its text, and a blank line', () => {
  const payload = 'GET /a HTTP/1.1\r\nHost: production\r\n\r\n'
  const at = Date.UTC(2026, 1, 3, 4, 5, 6, 7) * 1_000 + 89
  assert.equal(
    formatReadable(createRequest({ connection: 1, sequence: 2, at, payload })),
    '── 2026-02-03T04:05:06.007089Z request 5f3a9c010000000100000002 ' +
      'connection 5f3a9c0100000001 · 37 bytes\n' +
      'GET /a HTTP/1.1\nHost: production\n\n\n',
  )
})

test('what a terminal would obey or hide is written out', () => {
  const shown: [string | Uint8Array, string][] = [
    ['tab\tand line\nfeed', 'tab\tand line\nfeed\n\n'],
    ['\x1b[2Jclear\x07\x7f\x00', '\\x1b[2Jclear\\x07\\x7f\\x00\n\n'],
    ['over\rwritten', 'over\\x0dwritten\n\n'],
    [Buffer.from('Grüße 東京 🐵'), 'Grüße 東京 🐵\n\n'],
    [
      Buffer.from('\u009b2J \u202eright\u200b\u2028'),
      '\\x9b2J \\u{202e}right\\u{200b}\\u{2028}\n\n',
    ],
    [Buffer.from([0x61, 0xff, 0xfe, 0x9b]), 'a\\xff\\xfe\\x9b\n\n'],
  ]
  for (const [payload, text] of shown) assert.equal(showPayload(payload), text)
})

test('a long body is cut after four kilobytes, and the rest is told', () => {
  const head = `POST / HTTP/1.1\r\nCookie: ${'c'.repeat(5_000)}\r\n\r\n`
  const body = 'b'.repeat(4_096)
  const shownHead = head.replaceAll('\r', '')
  assert.equal(showPayload(`${head}${body}`), `${shownHead}${body}\n\n`)
  assert.equal(showPayload(`${head}${body}bb`), `${shownHead}${body}\n… 2 more bytes\n\n`)
})

test('a cut inside a character does not garble the text before it', () => {
  const body = Buffer.concat([Buffer.alloc(4_095, 'b'), Buffer.from('東京')])
  const shown = showPayload(Buffer.concat([Buffer.from('POST / HTTP/1.1\r\n\r\n'), body]))
  assert.equal(shown, `POST / HTTP/1.1\n\n${'b'.repeat(4_095)}\n… 5 more bytes\n\n`)
})

test('no message brings a control to the terminal', () => {
  const id = fc.string({ unit: 'binary', minLength: 1 })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), id, (payload, text) => {
      const message = { ...createRequest({ payload }), id: text as ExchangeId }
      assert.doesNotMatch(formatReadable(message), /[^\P{Cc}\n\t]/u)
    }),
    { numRuns: 500 },
  )
})
