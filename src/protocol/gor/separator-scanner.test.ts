import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../test/support/properties.ts'
import { gorSeparator } from './gor-meta.ts'
import { SeparatorScanner } from './separator-scanner.ts'

/** Scans on behind each separator, as the reader does; offsets count over all pieces. */
function findEnds(pieces: readonly Buffer[]): number[] {
  const scanner = new SeparatorScanner()
  const ends: number[] = []
  let before = 0
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; ) {
      const end = scanner.scan(piece, from)
      if (end === -1) break
      ends.push(before + end)
      from = end
    }
    before += piece.length
  }
  return ends
}

test('separators are found whole, cut anywhere, and behind false starts', () => {
  const half = gorSeparator.subarray(0, 9)
  const bytes = Buffer.concat([Buffer.from('a\n\n'), half, half, gorSeparator, gorSeparator, half])
  const expected = [35, 49]
  assert.deepEqual(findEnds([bytes]), expected)
  assert.deepEqual(findEnds([...bytes].map((byte) => Buffer.of(byte))), expected)
  for (let cut = 1; cut < bytes.length; cut++) {
    assert.deepEqual(findEnds([bytes.subarray(0, cut), bytes.subarray(cut)]), expected, `${cut}`)
  }
})

test('a line feed before the first byte counts only where it is said to be there', () => {
  const rest = gorSeparator.subarray(1)
  const scanner = new SeparatorScanner()
  assert.equal(scanner.scan(rest, 0), -1)
  scanner.restart(true)
  assert.equal(scanner.scan(rest, 0), rest.length)
  scanner.restart(false)
  assert.equal(scanner.scan(rest, 0), -1)
})

test('any bytes in any pieces give the same ends as one search over all of them', () => {
  const fragment = fc.oneof(
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    fc.integer({ min: 0, max: 14 }).map((length) => gorSeparator.subarray(0, length)),
    fc.integer({ min: 0, max: 14 }).map((start) => gorSeparator.subarray(start)),
  )
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 12 }), (pieces) => {
      const bytes = Buffer.concat(pieces)
      const expected: number[] = []
      for (let at = 0; ; at = expected.at(-1)!) {
        const start = bytes.indexOf(gorSeparator, at)
        if (start === -1) break
        expected.push(start + gorSeparator.length)
      }
      assert.deepEqual(findEnds(pieces), expected)
    }),
    { numRuns: 500 },
  )
})
