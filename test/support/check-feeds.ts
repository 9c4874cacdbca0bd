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
  assert.deepEqual(run([bytes.slice()]), expected, 'fed whole')
  assert.deepEqual(run(cut(bytes, 1)), expected, 'fed byte by byte')
  for (let at = 1; at < bytes.length; at++) {
    assert.deepEqual(run([bytes.slice(0, at), bytes.slice(at)]), expected, `cut at byte ${at}`)
  }
}

/** The bytes in pieces of `pieceBytes`, the last of what is left. */
export function cut(bytes: Uint8Array, pieceBytes: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    pieces.push(bytes.slice(at, at + pieceBytes))
  }
  return pieces
}
