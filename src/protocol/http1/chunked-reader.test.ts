import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkFeeds } from '../../../test/support/check-feeds.ts'
import { ChunkedReader } from './chunked-reader.ts'

/** How far the pieces were read, and what came of it. */
function read(pieces: readonly Uint8Array[]): string {
  const reader = new ChunkedReader(50)
  reader.begin(10)
  let total = 0
  for (const piece of pieces) total += reader.read(piece, 0, piece.length)
  return `${total} ${reader.outcome()}`
}

function check(text: string, expected: string): void {
  checkFeeds(Buffer.from(text, 'latin1'), read, expected)
}

test('reading stops right after the body', () => {
  check('0\r\n\r\nGET /', '5 whole')
  check('3\r\nabc\r\n0\r\nA: b\r\n\r\n0\r\n', '19 whole')
})

test('reading stops right after what is wrong', () => {
  check('3\r\nabcd\r\n', '7 bad-chunk')
  check('0\r\nA\r\n\r\n', '5 bad-header')
  check(`0\r\nA: ${'x'.repeat(50)}`, '44 head-too-long')
})

test('an unfinished body asks for more', () => {
  check('3\r\nab', '5 more')
  check('0\r\nA: b\r\n', '9 more')
})

test('a body says nothing of the one before', () => {
  const reader = new ChunkedReader(50)
  const push = (text: string) => {
    reader.begin(0)
    reader.read(Buffer.from(text), 0, text.length)
    return reader.outcome()
  }
  assert.equal(push('0\r\nA: b\r\n\r\n'), 'whole')
  assert.equal(push('0\r\n folded\r\n\r\n'), 'bad-header')
})

test('the length of each size line is limited, not of all together', () => {
  const chunk = `1;${'x'.repeat(4_000)}\r\na\r\n`
  check(`${chunk}${chunk}0\r\n\r\n`, `${2 * chunk.length + 5} whole`)
})

test('octets of the data alone can be skipped', () => {
  const reader = new ChunkedReader(50)
  reader.begin(0)
  const push = (text: string) => reader.read(Buffer.from(text), 0, text.length)
  assert.equal(reader.skippableBytes(), 0)
  push('5\r\na')
  assert.equal(reader.skippableBytes(), 4)
  reader.skip(3)
  assert.equal(reader.skippableBytes(), 1)
  reader.skip(1)
  assert.equal(reader.skippableBytes(), 0)
  assert.equal(push('\r\n0\r\n\r\n'), 7)
  assert.equal(reader.outcome(), 'whole')
})
