// Finds the separator of gor records in bytes that come in pieces, looking at each byte once.
import { gorSeparator } from './gor-meta.ts'

const lineFeed = 0x0a

/** Remembers how much of a separator the bytes so far end with. */
export class SeparatorScanner {
  #matched = 0

  /** Begins anew; a line feed just before may be the first byte of a separator. */
  restart(behindLineFeed: boolean): void {
    this.#matched = behindLineFeed ? 1 : 0
  }

  /** Bytes of a separator that were seen last: 0 to one less than its length. */
  matched(): number {
    return this.#matched
  }

  /** The offset just behind the first separator that ends at or after `from`, or -1. */
  scan(bytes: Buffer, from: number): number {
    let offset = from
    while (this.#matched > 0 && offset < bytes.length) {
      this.#step(bytes[offset++]!)
      if (this.#matched === gorSeparator.length) return this.#found(offset)
    }
    if (offset === bytes.length) return -1
    const start = bytes.indexOf(gorSeparator, offset)
    if (start !== -1) return this.#found(start + gorSeparator.length)
    const tail = Math.max(offset, bytes.length - gorSeparator.length + 1)
    for (offset = tail; offset < bytes.length; offset++) this.#step(bytes[offset]!)
    return -1
  }

  #found(end: number): number {
    this.#matched = 0
    return end
  }

  // Invariant: a line feed stands first and last in a separator only, so that a match that fails
  // can go on as one that began with the last byte, and as no other.
  #step(byte: number): void {
    if (byte === gorSeparator[this.#matched]) this.#matched += 1
    else this.#matched = byte === lineFeed ? 1 : 0
  }
}
