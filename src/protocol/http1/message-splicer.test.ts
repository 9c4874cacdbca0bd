import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../test/support/properties.ts'
import { joinBody, readMessageParts } from './message-parts.ts'
import { type Splice, spliceMessage } from './message-splicer.ts'

function splice(payload: string, replacements: Readonly<Record<string, string>>): string {
  const parts = readMessageParts(Buffer.from(payload, 'latin1'))!
  const splices: Splice[] = Object.entries(replacements).map(([from, text]) => {
    const start = payload.indexOf(from)
    return { start, end: start + from.length, text }
  })
  return Buffer.from(spliceMessage(parts, splices)).toString('latin1')
}

test('the length of the body follows, and every number of a repeated one', () => {
  assert.equal(
    splice(
      'POST /aaa HTTP/1.1\r\nCookie: bbb\r\nContent-Length: 5, 5\r\nX: y\r\n' +
        'Content-Length: 5\r\n\r\n.ccc.',
      {
        aaa: 'AAAA',
        bbb: 'B',
        ccc: 'CCCCC',
      },
    ),
    'POST /AAAA HTTP/1.1\r\nCookie: B\r\nContent-Length: 7, 7\r\nX: y\r\n' +
      'Content-Length: 7\r\n\r\n.CCCCC.',
  )
})

const chunked = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n'

test('the size of a chunk that changes follows, and its extension stays', () => {
  assert.equal(
    splice(`${chunked}3;a=b\r\nccc\r\n4\r\ndddd\r\n0\r\nT: v\r\n\r\n`, { ccc: 'CCCCCCCCCCCC' }),
    `${chunked}c;a=b\r\nCCCCCCCCCCCC\r\n4\r\ndddd\r\n0\r\nT: v\r\n\r\n`,
  )
})

test('what reaches over chunks is put into the first, and an empty chunk goes', () => {
  const body = '3\r\n.cc\r\n1\r\nc\r\n2\r\nc.\r\n0\r\n\r\n'
  assert.equal(
    splice(chunked + body, { 'cc\r\n1\r\nc\r\n2\r\nc': 'CCCCC' }),
    `${chunked}6\r\n.CCCCC\r\n1\r\n.\r\n0\r\n\r\n`,
  )
})

test('any splices in any chunks give the same body as without chunks, and well framed', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 30 })
  const marks = fc.array(
    fc.tuple(fc.nat(4), fc.nat(6), fc.string({ unit: fc.constantFrom(...'XYZ') })),
    {
      maxLength: 8,
    },
  )
  fc.assert(
    fc.property(sizes, marks, (chunkSizes, gaps) => {
      const length = chunkSizes.reduce((sum, size) => sum + size, 0)
      const body = Array.from({ length }, (_, at) => String.fromCharCode(97 + (at % 26))).join('')
      const inBody = placeSplices(gaps, length)
      const { payload, locate } = chunk(body, chunkSizes)
      const splices = inBody.map(({ start, end, text }) => {
        return {
          start: locate(start),
          end: end === start ? locate(start) : locate(end - 1) + 1,
          text,
        }
      })
      const spliced = spliceMessage(readMessageParts(Buffer.from(payload))!, splices)
      let expected = body
      for (const { start, end, text } of [...inBody].reverse()) {
        expected = expected.slice(0, start) + text + expected.slice(end)
      }
      const parts = readMessageParts(spliced)!
      assert.equal(Buffer.from(joinBody(parts)).toString(), expected)
      assert.ok(Buffer.from(spliced).toString().endsWith('0\r\n\r\n'))
    }),
  )
})

/** Ranges in order, at least an octet each, that do not overlap. */
function placeSplices(
  gaps: readonly (readonly [number, number, string])[],
  length: number,
): Splice[] {
  const splices: Splice[] = []
  let at = 0
  for (const [gap, size, text] of gaps) {
    const start = at + gap
    const end = start + size + 1
    if (end > length) break
    splices.push({ start, end, text })
    at = end
  }
  return splices
}

function chunk(body: string, sizes: readonly number[]) {
  let payload = chunked
  let at = 0
  const offsets: number[] = []
  for (const size of sizes) {
    payload += `${size}\r\n`
    for (let index = 0; index < size; index++) offsets.push(payload.length + index)
    payload += `${body.slice(at, at + size)}\r\n`
    at += size
  }
  return { payload: `${payload}0\r\n\r\n`, locate: (offset: number) => offsets[offset]! }
}
