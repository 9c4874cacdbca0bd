// A machine over bytes must not notice how its input was cut into pieces.
import assert from 'node:assert/strict'

/**
 * Runs `run` over the bytes whole, byte by byte, and cut in two at every byte, and asserts that
 * each way gives `expected`. Every piece is memory of its own.
 */
export function checkFeeds<Outcome>(
  bytes: Uint8Array,
  run: (pieces: readonly Uint8Array[]) => Outcome,
  expected: Outcome,
): void {
  assert.deepEqual(run(cut(bytes, bytes.length)), expected, 'fed whole')
  assert.deepEqual(run(cut(bytes, 1)), expected, 'fed byte by byte')
  for (let at = 1; at < bytes.length; at++) {
    const pieces = [copy(bytes, 0, at), copy(bytes, at, bytes.length)]
    assert.deepEqual(run(pieces), expected, `cut at byte ${at}`)
  }
}

/** The bytes in pieces of `pieceBytes`, the last of what is left. */
export function cut(bytes: Uint8Array, pieceBytes: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    pieces.push(copy(bytes, at, at + pieceBytes))
  }
  return pieces
}

/** A Buffer's own `slice` would be a view. */
function copy(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return Uint8Array.from(bytes.subarray(start, end))
}
