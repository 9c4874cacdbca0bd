// Other bytes in place of some of a payload's.

/** A range of the payload and what stands there instead. */
export interface ByteSplice {
  readonly start: number
  readonly end: number
  readonly bytes: Uint8Array
}

/** A copy with each splice made; they are in order and do not overlap. */
export function spliceBytes(payload: Uint8Array, splices: readonly ByteSplice[]): Uint8Array {
  let length = payload.length
  for (const { start, end, bytes } of splices) length += bytes.length - (end - start)
  const copy = Buffer.allocUnsafe(length)
  let read = 0
  let written = 0
  for (const { start, end, bytes } of splices) {
    copy.set(payload.subarray(read, start), written)
    written += start - read
    copy.set(bytes, written)
    written += bytes.length
    read = end
  }
  copy.set(payload.subarray(read), written)
  return copy
}
