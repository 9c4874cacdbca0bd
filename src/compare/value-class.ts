// What a value is, as far as its text tells; and which texts identify something.
import type { ValueClass } from '../model/comparison.ts'
import type { Node } from './node.ts'
import { readTimestamp } from './timestamp.ts'

/** The class of a value by itself, without the name of its place. */
export function classOf(node: Node | undefined): ValueClass {
  switch (typeof node) {
    case 'undefined':
      return 'absent'
    case 'string':
      return classOfText(node)
    case 'number':
      return 'integer'
    case 'boolean':
      return 'boolean'
    default:
      if (node === null) return 'null'
      if (node.tag === 'number') return /[.eE]/.test(node.text) ? 'float' : 'integer'
      return node.tag === 'list' ? 'array' : node.tag
  }
}

const uuidPattern = /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i
const jwtPattern = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/
const hashPattern = /^[0-9a-f]+$/i
const hashLengths = new Set([32, 40, 56, 64, 96, 128])

/** Patterns in the order in which they are asked; the first that matches counts. */
const textClasses: readonly (readonly [RegExp, ValueClass])[] = [
  [/^-?\d{1,15}$/, 'integer'],
  [/^-?\d+\.\d+$/, 'float'],
  [uuidPattern, 'uuid'],
  [jwtPattern, 'jwt'],
  [/^[a-z][a-z0-9+.-]*:\/\/\S+$/i, 'url'],
  [/^(?=.{3,254}$)[^\s@/]+@[^\s@/]+\.[a-z]+$/i, 'email'],
  [/^(\d{1,3}\.){3}\d{1,3}$/, 'ip'],
  [/^v?\d+\.\d+(\.\d+)*([-+][\w.]+)?$/i, 'version'],
  [/^(?=.{1,128}$)[\p{L}_]+([ ._-][\p{L}_]+)?$/u, 'word'],
]

/** Longer texts are text, whatever they hold: what is asked of them has to stay cheap. */
const classifiedLengthMax = 4_096

function classOfText(text: string): ValueClass {
  if (text.length === 0) return 'empty'
  if (text.length > classifiedLengthMax) return jwtPattern.test(text) ? 'jwt' : 'text'
  if (readTimestamp(text) !== null) return 'timestamp'
  if (hashLengths.has(text.length) && hashPattern.test(text)) return 'hash'
  const byPattern = textClasses.find(([pattern]) => pattern.test(text))
  if (byPattern !== undefined) {
    return byPattern[1] === 'word' && isOpaque(text) ? 'opaque' : byPattern[1]
  }
  if (isOpaque(text)) return 'opaque'
  return isIdentifier(text) ? 'id' : 'text'
}

const opaqueLengthMin = 16
const opaqueBitsMin = 3.2

/** One long token of high entropy: letters and digits mixed, in Base64 or the like. */
export function isOpaque(text: string): boolean {
  if (text.length < opaqueLengthMin || text.length > classifiedLengthMax) return false
  if (!/^[\w+/=.~:%-]+$/.test(text) || /^[\d.:-]+$/.test(text)) return false
  const isMixed = /\d/.test(text) || (/[a-z][A-Z]/.test(text) && /[A-Z][a-z]*[A-Z]/.test(text))
  return isMixed && bitsOf(text) >= opaqueBitsMin && changesKind(text)
}

/** Whether kinds of characters alternate more often than in words with a number behind. */
function changesKind(text: string): boolean {
  const changes = text.match(/\d[a-zA-Z]|[a-zA-Z]\d|[a-z][A-Z]/g)?.length ?? 0
  return changes * 8 >= text.length
}

/** Shannon's entropy per character, of ASCII. */
function bitsOf(text: string): number {
  const counts = new Uint16Array(128)
  for (let index = 0; index < text.length; index++) counts[text.charCodeAt(index)]! += 1
  let bits = 0
  for (const count of counts) {
    if (count > 0) bits -= (count / text.length) * Math.log2(count / text.length)
  }
  return bits
}

const identifierLengthMin = 7
const identifierDigitsMin = 6

/** A token that can stand for something by itself: never a word, and no small number. */
export function isIdentifier(token: string): boolean {
  if (token.length > 256 || !/\d/.test(token)) return false
  if (/^\d+$/.test(token)) return token.length >= identifierDigitsMin
  return token.length >= identifierLengthMin && /^[\w.~%:=+-]+$/.test(token) && !isVersion(token)
}

function isVersion(token: string): boolean {
  return /^v?\d+(\.\d+)+$/i.test(token)
}

const idKeyPattern = /(^|[_.-])(id|ids|pk|number|uid|guid|uuid|ref)$|[a-z](Id|Ids|ID|Uid|Ref)$/

/** Whether the name of a place says that what stands there identifies something. */
export function isIdKey(key: string): boolean {
  return idKeyPattern.test(key)
}

const countKeyPattern =
  /(^|[_-])(count|counts|counter)$|[a-z]Count$|^(total|num|number_of)_?[a-z]+s$/

/** Whether the name says that it counts something whose number is data, not behaviour. */
export function isCountKey(key: string): boolean {
  return countKeyPattern.test(key)
}

const timeWordPattern =
  /(^|[_-])(time|date|ts|timestamp|exp|iat|nbf|expires|expiry|reset|since|until)$/
const timeEndPattern = /(_at|_on|_in|At|Time|Date|Timestamp)$/

/** Whether the name says that a number is a time. */
export function isTimeKey(key: string): boolean {
  return timeWordPattern.test(key) || timeEndPattern.test(key)
}
