// Reads the head of one message, a line at a time and each line once (RFC 9112, sections 2 to 6).
import { type FieldError, type FieldName, FieldValues, readFieldName } from './field-values.ts'
import type { BodyFraming, MessageHead } from './message-head.ts'
import { isBlank, matches, octets, tokenOctets } from './octets.ts'
import { endOfTarget, type MessageSide, readMethod, readMinorVersion } from './start-line.ts'

export type HeadError =
  | FieldError
  | 'not-http'
  | 'bad-start-line'
  | 'head-too-long'
  /** The connection preface of HTTP/2 (RFC 9113, section 3.4). */
  | 'http2'

/** `read` needs the rest of the line that begins at `lineStart`. */
export const headCut = -1
/** `read` found what `error` says. */
export const headBad = -2

/** Reads heads of one side; `begin` before each. */
export class HeadReader {
  readonly #side: MessageSide
  readonly #headBytesMax: number
  readonly #values = new FieldValues()
  #method = ''
  #status = 0
  #minorVersion: 0 | 1 = 1
  #startLineRead = false
  /** The field of the line before, which a folded line goes on with. */
  #field: FieldName | null = null
  /** Where the line that is being read begins. */
  lineStart = 0
  error: HeadError = 'bad-header'

  constructor(side: MessageSide, headBytesMax: number) {
    this.#side = side
    this.#headBytesMax = headBytesMax
  }

  begin(): void {
    this.#values.clear()
    this.#startLineRead = false
    this.#field = null
  }

  /** Whether the start line was read, and was good. */
  startLineRead(): boolean {
    return this.#startLineRead
  }

  /**
   * Reads lines from `lineStart` on, of a head that begins at `start`; the offset after the head,
   * or `headCut` or `headBad`. Where `bytes` goes on beyond `end`, a whole line has to end there.
   * What is wrong with a line shows only when the line is whole, so that the outcome does not
   * depend on how the bytes were split.
   */
  read(bytes: Uint8Array, start: number, lineStart: number, end: number): number {
    let at = lineStart
    for (;;) {
      this.lineStart = at
      if (at >= end) return headCut
      const octet = bytes[at]!
      const isEmpty = this.#startLineRead && (octet === octets.cr || octet === octets.lf)
      if (isEmpty) at = this.#readLineEnd(bytes, at, end)
      else if (this.#startLineRead) at = this.#readField(bytes, at, end)
      else if (this.#side === 'request') at = this.#readRequestLine(bytes, at, end)
      else at = this.#readStatusLine(bytes, at, end)
      if (at < 0) return this.#explain(bytes, start, end)
      if (at - start > this.#headBytesMax) return this.#bad('head-too-long')
      if (isEmpty) return at
      this.#startLineRead = true
    }
  }

  /**
   * The head that was read, of `headBytes` octets, or why its body cannot be framed. How a response
   * is framed depends on the method of its request.
   */
  finish(headBytes: number, requestMethod: string): MessageHead | FieldError {
    const values = this.#values
    const isRequest = this.#side === 'request'
    const framing = isRequest ? this.#frameRequest() : this.#frameResponse(requestMethod)
    if (framing === 'conflicting-length') return framing
    const switches = !isRequest && this.#switchesProtocol(requestMethod)
    const wantsUpgrade = this.#minorVersion === 1 && values.connectionUpgrade && values.upgrade
    const persists = !values.close && (this.#minorVersion === 1 || values.keepAlive)
    return {
      headBytes,
      method: this.#method,
      status: this.#status,
      minorVersion: this.#minorVersion,
      keepAlive: persists && !switches && framing !== 'until-close',
      upgrade: isRequest ? wantsUpgrade || this.#method === 'CONNECT' : switches,
      expectContinue: values.expectContinue,
      framing,
      contentLength: framing === 'length' ? values.contentLength : 0,
    }
  }

  /** RFC 9112, section 6.3, items 3 to 6: nothing that receivers read differently is framed. */
  #frameRequest(): BodyFraming | 'conflicting-length' {
    const { hasCodings, chunked, contentLength } = this.#values
    if (!hasCodings) return contentLength > 0 ? 'length' : 'none'
    const isCertain = chunked && contentLength < 0 && this.#minorVersion === 1
    return isCertain ? 'chunked' : 'conflicting-length'
  }

  /** RFC 9112, section 6.3, in its order. */
  #frameResponse(requestMethod: string): BodyFraming | 'conflicting-length' {
    const { hasCodings, chunked, contentLength } = this.#values
    const status = this.#status
    const isEmpty = status < 200 || status === 204 || status === 304
    if (requestMethod === 'HEAD' || isEmpty) return 'none'
    if (this.#switchesProtocol(requestMethod)) return 'none'
    if (hasCodings && (contentLength >= 0 || this.#minorVersion === 0)) return 'conflicting-length'
    if (hasCodings) return chunked ? 'chunked' : 'until-close'
    if (contentLength < 0) return 'until-close'
    return contentLength > 0 ? 'length' : 'none'
  }

  #switchesProtocol(requestMethod: string): boolean {
    const isTunnel = requestMethod === 'CONNECT' && this.#status >= 200 && this.#status < 300
    return isTunnel || this.#status === 101
  }

  #readRequestLine(bytes: Uint8Array, start: number, end: number): number {
    let at = start
    while (at < end && tokenOctets[bytes[at]!] === 1) at++
    const methodEnd = at
    if (at === end) return headCut
    if (at === start || bytes[at] !== octets.space) return this.#bad('not-http')
    const targetStart = at + 1
    at = endOfTarget(bytes, targetStart, end)
    if (at === end) return headCut
    if (at === targetStart || bytes[at] !== octets.space) return this.#bad('bad-start-line')
    const minor = readMinorVersion(bytes, at + 1)
    if (minor < 0) return this.#bad(this.#judgeVersion(bytes, start, at + 1))
    this.#method = readMethod(bytes, start, methodEnd)
    this.#minorVersion = minor === 0 ? 0 : 1
    return this.#readLineEnd(bytes, at + 1 + versionBytes, end)
  }

  #judgeVersion(bytes: Uint8Array, lineStart: number, start: number): HeadError {
    if (matches(bytes, lineStart, 'PRI * HTTP/2.0')) return 'http2'
    return matches(bytes, start, 'HTTP/') ? 'not-http' : 'bad-start-line'
  }

  #readStatusLine(bytes: Uint8Array, start: number, end: number): number {
    const statusStart = start + versionBytes + 1
    const statusEnd = statusStart + 3
    const minor = readMinorVersion(bytes, start)
    if (minor < 0) return this.#bad('not-http')
    if (bytes[statusStart - 1] !== octets.space) return this.#bad('bad-start-line')
    let status = 0
    for (let at = statusStart; at < statusEnd; at++) {
      const digit = bytes[at]! - octets.zero
      if (digit < 0 || digit > 9) return this.#bad('bad-start-line')
      status = status * 10 + digit
    }
    if (status < 100) return this.#bad('bad-start-line')
    this.#status = status
    this.#minorVersion = minor === 0 ? 0 : 1
    const valueEnd =
      bytes[statusEnd] === octets.space ? endOfValue(bytes, statusEnd, end) : statusEnd
    return this.#readLineEnd(bytes, valueEnd, end)
  }

  #readField(bytes: Uint8Array, start: number, end: number): number {
    let at = start
    let name: FieldName = 'other'
    const isFolded = isBlank(bytes[start]!)
    if (isFolded) {
      if (this.#field === null) return this.#bad('bad-header')
      name = this.#field
    } else {
      while (at < end && tokenOctets[bytes[at]!] === 1) at++
      if (at === end) return headCut
      if (at === start || bytes[at] !== octets.colon) return this.#bad('bad-header')
      name = readFieldName(bytes, start, at)
      at++
    }
    const valueEnd = endOfValue(bytes, at, end)
    const next = this.#readLineEnd(bytes, valueEnd, end)
    if (next < 0) return next
    this.#field = name
    if (name === 'other') return next
    const error = isFolded
      ? this.#values.readFolded(name, bytes, at, valueEnd)
      : this.#values.read(name, bytes, at, valueEnd)
    return error === null ? next : this.#bad(error)
  }

  /** The offset after the line end at `at`: a carriage return and a line feed, or that alone. */
  #readLineEnd(bytes: Uint8Array, at: number, end: number): number {
    const lineFeed = at < end && bytes[at] === octets.cr ? at + 1 : at
    if (lineFeed >= end) return headCut
    if (bytes[lineFeed] === octets.lf) return lineFeed + 1
    return this.#bad(this.#startLineRead ? 'bad-header' : 'bad-start-line')
  }

  #bad(error: HeadError): typeof headBad {
    this.error = error
    return headBad
  }

  /** Takes back what was said of a line that is not whole, or that ends beyond the limit. */
  #explain(bytes: Uint8Array, start: number, end: number): number {
    const lineFeed = bytes.indexOf(octets.lf, this.lineStart)
    const isWhole = lineFeed >= 0 && lineFeed < end
    const headEnd = isWhole ? lineFeed + 1 : end
    if (headEnd - start > this.#headBytesMax) return this.#bad('head-too-long')
    return isWhole ? headBad : headCut
  }
}

/** `HTTP/1.1` */
const versionBytes = 8

/** The first offset from `start` that a value cannot hold: a line end, or a NUL. */
function endOfValue(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  for (;;) {
    // Four at a time: most of what is captured is looked at here.
    while (
      at + 3 < end &&
      bytes[at]! > octets.cr &&
      bytes[at + 1]! > octets.cr &&
      bytes[at + 2]! > octets.cr &&
      bytes[at + 3]! > octets.cr
    )
      at += 4
    if (at >= end) return end
    const octet = bytes[at]!
    if (octet <= octets.cr && isValueEnd(octet)) return at
    at += 1
  }
}

function isValueEnd(octet: number): boolean {
  return octet === octets.lf || octet === octets.cr || octet === octets.nul
}
