// The fields that decide how a message is framed, gathered while its head is read: Content-Length,
// Transfer-Encoding, Connection, Upgrade and Expect (RFC 9112, sections 6 and 9).
import { isToken, octets, skipBlanks, trimBlanks } from './octets.ts'

/** The fields that matter here; `other` is any other. */
export type FieldName =
  | 'connection'
  | 'contentLength'
  | 'expect'
  | 'transferEncoding'
  | 'upgrade'
  | 'other'

export type FieldError = 'bad-header' | 'conflicting-length'

/** What the framing fields of one head said so far. */
export class FieldValues {
  /** -1 where no Content-Length was given. */
  contentLength = -1
  /** Whether there was a Transfer-Encoding, whatever it said. */
  hasCodings = false
  /** Whether the last transfer coding is `chunked`. */
  chunked = false
  close = false
  keepAlive = false
  connectionUpgrade = false
  upgrade = false
  expectContinue = false

  clear(): void {
    this.contentLength = -1
    this.hasCodings = false
    this.chunked = false
    this.close = false
    this.keepAlive = false
    this.connectionUpgrade = false
    this.upgrade = false
    this.expectContinue = false
  }

  /** Takes in a field's value; null where nothing is wrong with it. */
  read(name: FieldName, bytes: Uint8Array, start: number, end: number): FieldError | null {
    return name === 'other' ? null : readers[name](this, bytes, start, end)
  }

  /** Takes in the rest of a value that was folded over lines (RFC 9112, section 5.2). */
  readFolded(name: FieldName, bytes: Uint8Array, start: number, end: number): FieldError | null {
    // Receivers disagree about folded lengths and codings: request smuggling lives on that.
    if (name === 'contentLength' || name === 'transferEncoding') return 'conflicting-length'
    return name === 'connection' ? readConnection(this, bytes, start, end) : null
  }
}

/** Which of the fields the name from `start` to `end` is. */
export function readFieldName(bytes: Uint8Array, start: number, end: number): FieldName {
  switch (end - start) {
    case 6:
      return isToken(bytes, start, end, 'expect') ? 'expect' : 'other'
    case 7:
      return isToken(bytes, start, end, 'upgrade') ? 'upgrade' : 'other'
    case 10:
      return isToken(bytes, start, end, 'connection') ? 'connection' : 'other'
    case 14:
      return isToken(bytes, start, end, 'content-length') ? 'contentLength' : 'other'
    case 17:
      return isToken(bytes, start, end, 'transfer-encoding') ? 'transferEncoding' : 'other'
    default:
      return 'other'
  }
}

type Reader = (
  values: FieldValues,
  bytes: Uint8Array,
  start: number,
  end: number,
) => FieldError | null

const readers: Readonly<Record<Exclude<FieldName, 'other'>, Reader>> = {
  connection: readConnection,
  contentLength: readContentLength,
  expect: readExpect,
  transferEncoding: readTransferEncoding,
  upgrade: readUpgrade,
}

/** Equal values may be repeated, as a list or over several fields (RFC 9112, section 6.3). */
function readContentLength(
  values: FieldValues,
  bytes: Uint8Array,
  start: number,
  end: number,
): FieldError | null {
  for (let at = start; at <= end; ) {
    const next = endOfElement(bytes, at, end)
    const length = readDigits(bytes, skipBlanks(bytes, at, next), trimBlanks(bytes, at, next))
    if (length < 0) return 'bad-header'
    if (values.contentLength >= 0 && values.contentLength !== length) return 'conflicting-length'
    values.contentLength = length
    at = next + 1
  }
  return null
}

function readTransferEncoding(
  values: FieldValues,
  bytes: Uint8Array,
  start: number,
  end: number,
): FieldError | null {
  values.hasCodings = true
  for (let at = start; at <= end; ) {
    const next = endOfElement(bytes, at, end)
    const from = skipBlanks(bytes, at, next)
    const to = trimBlanks(bytes, from, next)
    // Nothing may come after `chunked`, and an empty element hides one from some receivers.
    if (values.chunked && isToken(bytes, from, to, 'chunked')) return 'conflicting-length'
    if (from === to) return 'conflicting-length'
    values.chunked = isToken(bytes, from, to, 'chunked')
    at = next + 1
  }
  return null
}

function readConnection(
  values: FieldValues,
  bytes: Uint8Array,
  start: number,
  end: number,
): FieldError | null {
  for (let at = start; at <= end; ) {
    const next = endOfElement(bytes, at, end)
    const from = skipBlanks(bytes, at, next)
    const to = trimBlanks(bytes, from, next)
    if (isToken(bytes, from, to, 'close')) values.close = true
    else if (isToken(bytes, from, to, 'keep-alive')) values.keepAlive = true
    else if (isToken(bytes, from, to, 'upgrade')) values.connectionUpgrade = true
    at = next + 1
  }
  return null
}

function readUpgrade(values: FieldValues): FieldError | null {
  values.upgrade = true
  return null
}

function readExpect(
  values: FieldValues,
  bytes: Uint8Array,
  start: number,
  end: number,
): FieldError | null {
  const from = skipBlanks(bytes, start, end)
  const to = trimBlanks(bytes, from, end)
  if (isToken(bytes, from, to, '100-continue')) values.expectContinue = true
  return null
}

/** Where the list element from `start` ends: at the next comma, or at `end`. */
function endOfElement(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] !== octets.comma) at++
  return at
}

/** The decimal number from `start` to `end`; -1 where it is none, or no safe integer. */
function readDigits(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - octets.zero
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
    if (value > Number.MAX_SAFE_INTEGER) return -1
  }
  return value
}
