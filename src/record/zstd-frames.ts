// Where one zstd frame ends and the next begins (RFC 8878, section 3): a file may hold many, and
// Node's decompressor reads one.

/** Bytes of one frame, as they came; `isLast` with its end. */
export interface FramePart {
  readonly bytes: Uint8Array
  readonly isLast: boolean
}

/** What the next bytes are: a frame's head of unknown length, block heads, or content. */
type State = 'frame' | 'block' | 'content' | 'unknown'

const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50
const frameHeadBytesMax = 18
const blockHeadBytes = 3

/** Cuts bytes that come in pieces of any size; what is no frame is one part without an end. */
export class ZstdFrames {
  #state: State = 'frame'
  /** The bytes of a head that is not whole yet; they are in parts that were given already. */
  #head = Buffer.alloc(0)
  #remaining = 0
  /** The frame ends with what is read now. */
  #isLast = false
  #hasChecksum = false

  push(pushed: Uint8Array): readonly FramePart[] {
    const bytes = Buffer.from(pushed.buffer, pushed.byteOffset, pushed.length)
    const parts: FramePart[] = []
    let start = 0
    let at = 0
    while (at < bytes.length) {
      at = this.#advance(bytes, at)
      if (this.#state !== 'content' || this.#remaining > 0) continue
      this.#state = this.#isLast ? 'frame' : 'block'
      if (!this.#isLast) continue
      parts.push({ bytes: bytes.subarray(start, at), isLast: true })
      start = at
    }
    if (start < bytes.length) parts.push({ bytes: bytes.subarray(start), isLast: false })
    return parts
  }

  #advance(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'frame':
        return this.#readHead(bytes, at, frameHeadBytesMax, (head) => this.#readFrameHead(head))
      case 'block':
        return this.#readHead(bytes, at, blockHeadBytes, (head) => this.#readBlockHead(head))
      case 'content': {
        const end = Math.min(bytes.length, at + this.#remaining)
        this.#remaining -= end - at
        return end
      }
      case 'unknown':
        return bytes.length
    }
  }

  /** Gathers bytes until `read` says how many of them are the head; 0: more are needed. */
  #readHead(
    bytes: Buffer,
    at: number,
    headBytesMax: number,
    read: (head: Buffer) => number,
  ): number {
    const before = this.#head.length
    const head = Buffer.concat([this.#head, bytes.subarray(at, at + headBytesMax - before)])
    const length = read(head)
    this.#head = length === 0 ? head : Buffer.alloc(0)
    return at + (length === 0 ? head.length : length) - before
  }

  #readFrameHead(head: Buffer): number {
    if (head.length < 5) return 0
    const magic = head.readUInt32LE(0)
    if ((magic & 0xfffffff0) >>> 0 === skippableMagic) {
      if (head.length < 8) return 0
      this.#enterContent(head.readUInt32LE(4), true)
      return 8
    }
    if (magic !== frameMagic) {
      this.#state = 'unknown'
      return head.length
    }
    const descriptor = head[4]!
    const isSingle = (descriptor & 0x20) !== 0
    const sizeFlag = descriptor >> 6
    const sizeBytes = sizeFlag === 0 ? (isSingle ? 1 : 0) : 2 ** sizeFlag
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!
    const length = 5 + (isSingle ? 0 : 1) + dictionaryBytes + sizeBytes
    if (head.length < length) return 0
    this.#hasChecksum = (descriptor & 4) !== 0
    this.#state = 'block'
    return length
  }

  #readBlockHead(head: Buffer): number {
    if (head.length < blockHeadBytes) return 0
    const value = head.readUIntLE(0, blockHeadBytes)
    const isLast = (value & 1) !== 0
    const isRepeated = ((value >> 1) & 3) === 1
    const size = isRepeated ? 1 : value >> 3
    this.#enterContent(size + (isLast && this.#hasChecksum ? 4 : 0), isLast)
    return blockHeadBytes
  }

  #enterContent(bytes: number, isLast: boolean): void {
    this.#state = 'content'
    this.#remaining = bytes
    this.#isLast = isLast
  }
}
