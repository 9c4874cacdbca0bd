// The first line of a message (RFC 9112, sections 3 and 4): is this one, and what does it say?
import { matches, octets, tokenOctets } from './octets.ts'

export type MessageSide = 'request' | 'response'

/** Longer tokens are taken for the beginning of something that is not HTTP. */
export const methodBytesMax = 32

/** good: begins as a start line does; bad: cannot be one; cut: too few bytes to say. */
export type StartLinePrefix = 'good' | 'bad' | 'cut'

const versionPrefix = 'HTTP/1.'
const commonMethods = ['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'PATCH', 'OPTIONS', 'CONNECT']

/** Judges a request up to its first space, and a response up to `HTTP/1.`. */
export function checkStartLinePrefix(
  side: MessageSide,
  bytes: Uint8Array,
  start: number,
  end: number,
): StartLinePrefix {
  if (side === 'response') return checkText(bytes, start, end, versionPrefix)
  let at = start
  const methodEnd = Math.min(end, start + methodBytesMax + 1)
  while (at < methodEnd && tokenOctets[bytes[at]!] === 1) at++
  if (at === start + methodBytesMax + 1) return 'bad'
  if (at === end) return 'cut'
  return at > start && bytes[at] === octets.space ? 'good' : 'bad'
}

/** True where a message may begin: as far as the bytes go, they are a start line of HTTP/1. */
export function isPlausibleStart(side: MessageSide, bytes: Uint8Array, offset: number): boolean {
  if (side === 'request') return isPlausibleRequestStart(bytes, offset)
  return checkStartLinePrefix(side, bytes, offset, bytes.length) === 'good'
}

/** True where a method in capitals, a space and a target stand, and HTTP/1 after it if visible. */
export function isPlausibleRequestStart(bytes: Uint8Array, offset: number): boolean {
  let at = offset
  while (at - offset < methodBytesMax && isMethodOctet(bytes[at])) at++
  if (at === offset || bytes[at] !== octets.space) return false
  const targetStart = at + 1
  at = endOfTarget(bytes, targetStart, bytes.length)
  if (at === targetStart) return false
  if (at === bytes.length) return true
  return (
    bytes[at] === octets.space && checkText(bytes, at + 1, bytes.length, versionPrefix) !== 'bad'
  )
}

/** The first offset from `start` that no request target reaches; `end` where all bytes may be. */
export function endOfTarget(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at]! > octets.space && bytes[at] !== octets.delete) at++
  return at
}

/** The digit after `HTTP/1.` at `start`, or -1 where that does not stand there. */
export function readMinorVersion(bytes: Uint8Array, start: number): number {
  if (!matches(bytes, start, versionPrefix)) return -1
  const digit = bytes[start + versionPrefix.length]! - octets.zero
  return digit >= 0 && digit <= 9 ? digit : -1
}

/** The method as a string; the common ones are not made anew. */
export function readMethod(bytes: Uint8Array, start: number, end: number): string {
  for (const method of commonMethods) {
    if (method.length === end - start && matches(bytes, start, method)) return method
  }
  return String.fromCharCode(...bytes.subarray(start, end))
}

function checkText(bytes: Uint8Array, start: number, end: number, text: string): StartLinePrefix {
  const textEnd = Math.min(end, start + text.length)
  for (let at = start; at < textEnd; at++) {
    if (bytes[at] !== text.charCodeAt(at - start)) return 'bad'
  }
  return textEnd - start === text.length ? 'good' : 'cut'
}

/** Methods in small letters exist, but in the middle of a stream they are more likely text. */
function isMethodOctet(octet: number | undefined): boolean {
  if (octet === undefined) return false
  return (octet >= 0x41 && octet <= 0x5a) || octet === 0x2d || octet === 0x5f
}
