// Finds the end of a chunked body without keeping any of it (RFC 9112, section 7.1).
import { isBlank, octets, tokenOctets } from './octets.ts'

export type ChunkedOutcome = 'more' | 'whole' | ChunkedError
export type ChunkedError = 'bad-chunk' | 'bad-header' | 'head-too-long'

/** A longer line of chunk size and extensions is an error. */
const chunkLineBytesMax = 4096

type SizeState =
  | 'size'
  | 'after-size'
  | 'extension'
  | 'extension-name'
  | 'extension-named'
  | 'extension-value'
  | 'extension-text'
  | 'quoted'
  | 'escaped'
  | 'size-lf'

type TrailerState = 'trailer' | 'trailer-name' | 'trailer-value' | 'trailer-lf' | 'last-lf'

type State = SizeState | 'data' | 'data-end' | 'data-lf' | TrailerState | ChunkedOutcome

/** Reads one chunked body after the other; `begin` before each. */
export class ChunkedReader {
  readonly #headBytesMax: number
  #state: State = 'size'
  /** What is left of a chunk's data; in its size line, the size so far, -1 before a digit. */
  #remaining = -1
  #lineBytes = 0
  #trailerBytes = 0
  #hasTrailer = false

  constructor(headBytesMax: number) {
    this.#headBytesMax = headBytesMax
  }

  /** The trailer section counts as a part of the head, which had `headBytes`. */
  begin(headBytes: number): void {
    this.#trailerBytes = headBytes
    this.#hasTrailer = false
    this.#beginChunk()
  }

  /** The offset up to which the body goes: beyond it, or beyond what is wrong, nothing is read. */
  read(bytes: Uint8Array, start: number, end: number): number {
    let at = start
    while (at < end && this.outcome() === 'more') {
      if (this.#state === 'data') {
        const used = Math.min(this.#remaining, end - at)
        this.skip(used)
        at += used
      } else {
        this.#state = this.#next(this.#state, bytes[at]!)
        at++
      }
    }
    return at
  }

  /** How the last `read` ended. */
  outcome(): ChunkedOutcome {
    switch (this.#state) {
      case 'whole':
      case 'bad-chunk':
      case 'bad-header':
      case 'head-too-long':
        return this.#state
      default:
        return 'more'
    }
  }

  /** Octets that can be missed without losing track: what is left of the chunk's data. */
  skippableBytes(): number {
    return this.#state === 'data' ? this.#remaining : 0
  }

  /** Goes over octets of the chunk's data. */
  skip(byteCount: number): void {
    this.#remaining -= byteCount
    if (this.#remaining === 0) this.#state = 'data-end'
  }

  #beginChunk(): State {
    this.#remaining = -1
    this.#lineBytes = 0
    this.#state = 'size'
    return 'size'
  }

  #next(state: State, octet: number): State {
    switch (state) {
      case 'data-end':
        if (octet === octets.cr) return 'data-lf'
        return octet === octets.lf ? this.#beginChunk() : 'bad-chunk'
      case 'data-lf':
        return octet === octets.lf ? this.#beginChunk() : 'bad-chunk'
      case 'trailer':
      case 'trailer-name':
      case 'trailer-value':
      case 'trailer-lf':
      case 'last-lf':
        this.#trailerBytes += 1
        if (this.#trailerBytes > this.#headBytesMax) return 'head-too-long'
        return this.#nextInTrailer(state, octet)
      default:
        this.#lineBytes += 1
        if (this.#lineBytes > chunkLineBytesMax) return 'bad-chunk'
        return this.#nextInSize(state, octet)
    }
  }

  #nextInSize(state: State, octet: number): State {
    switch (state) {
      case 'size':
        return this.#readSize(octet)
      case 'extension':
        if (isBlank(octet)) return 'extension'
        return tokenOctets[octet] === 1 ? 'extension-name' : 'bad-chunk'
      case 'extension-name':
      case 'extension-named':
        if (octet === octets.equals) return 'extension-value'
        if (isBlank(octet)) return 'extension-named'
        if (tokenOctets[octet] === 1) return state === 'extension-name' ? state : 'bad-chunk'
        return this.#endElement(octet)
      case 'extension-value':
        if (isBlank(octet)) return 'extension-value'
        if (octet === octets.quote) return 'quoted'
        return tokenOctets[octet] === 1 ? 'extension-text' : 'bad-chunk'
      case 'extension-text':
        return tokenOctets[octet] === 1 ? 'extension-text' : this.#endElement(octet)
      case 'quoted':
        if (octet === octets.quote) return 'after-size'
        if (octet === octets.backslash) return 'escaped'
        return isQuotable(octet) ? 'quoted' : 'bad-chunk'
      case 'escaped':
        return isQuotable(octet) ? 'quoted' : 'bad-chunk'
      case 'size-lf':
        return octet === octets.lf ? this.#endSize() : 'bad-chunk'
      default:
        return this.#endElement(octet)
    }
  }

  #readSize(octet: number): State {
    const digit = hexDigit(octet)
    if (digit < 0) return this.#remaining < 0 ? 'bad-chunk' : this.#endElement(octet)
    this.#remaining = Math.max(this.#remaining, 0) * 16 + digit
    return this.#remaining > Number.MAX_SAFE_INTEGER ? 'bad-chunk' : 'size'
  }

  /** What may follow a size or an extension. */
  #endElement(octet: number): State {
    if (isBlank(octet)) return 'after-size'
    if (octet === octets.semicolon) return 'extension'
    if (octet === octets.cr) return 'size-lf'
    return octet === octets.lf ? this.#endSize() : 'bad-chunk'
  }

  #endSize(): State {
    return this.#remaining === 0 ? 'trailer' : 'data'
  }

  #nextInTrailer(state: TrailerState, octet: number): State {
    switch (state) {
      case 'trailer':
        if (octet === octets.lf) return 'whole'
        if (octet === octets.cr) return 'last-lf'
        if (isBlank(octet)) return this.#hasTrailer ? 'trailer-value' : 'bad-header'
        this.#hasTrailer = true
        return tokenOctets[octet] === 1 ? 'trailer-name' : 'bad-header'
      case 'trailer-name':
        if (octet === octets.colon) return 'trailer-value'
        return tokenOctets[octet] === 1 ? 'trailer-name' : 'bad-header'
      case 'trailer-value':
        if (octet === octets.lf) return 'trailer'
        if (octet === octets.cr) return 'trailer-lf'
        return octet === octets.nul ? 'bad-header' : 'trailer-value'
      case 'trailer-lf':
        return octet === octets.lf ? 'trailer' : 'bad-header'
      case 'last-lf':
        return octet === octets.lf ? 'whole' : 'bad-header'
    }
  }
}

function isQuotable(octet: number): boolean {
  return octet === octets.tab || (octet >= octets.space && octet !== octets.delete)
}

function hexDigit(octet: number): number {
  if (octet >= octets.zero && octet <= octets.nine) return octet - octets.zero
  const letter = octet | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
