// Finds what a request may have from an earlier answer: every token in its target, its fields and
// its body, each where it stands.
import {
  bodyBytes,
  fieldText,
  joinBody,
  type MessageParts,
  toText,
} from '../protocol/http1/message-parts.ts'
import { kindOfTarget, kindsInJson, kindsInPath, pathEnd, pathStart } from './correlate-kinds.ts'
import { classifyName, isAddress, isInteger, valueBytesMax } from './correlate-values.ts'
import { JsonScanner } from './json-scanner.ts'
import { findFormParts } from './multipart.ts'

/** How what is put there has to be written. */
export type Notation = 'path' | 'parameter' | 'plain' | 'number'

export interface Use {
  /** Offsets in the payload. */
  readonly start: number
  readonly end: number
  readonly value: string
  /** What an integer may be the id of; null for what means the same everywhere. */
  readonly kinds: readonly string[] | null
  readonly notation: Notation
  /** For people: `path`, `query`, `header`, `cookie`, `json`, `form` or `text`, and its name. */
  readonly place: string
  readonly name: string
}

export type UseListener = (use: Use) => void

/** Bodies beyond are not searched. */
export const bodyBytesMax = 1_048_576

/** Shorter tokens are looked at as ids of their kind alone. */
const tokenBytesMin = 6

/** Tells every token in the order of the payload; false where the body could not be searched. */
export function findUses(parts: MessageParts, tell: UseListener): boolean {
  const listener = (use: Use) => {
    // An integer that is no id of anything, and what is too short for a token.
    const isToken = use.kinds === null ? use.value.length >= tokenBytesMin : use.kinds.length > 0
    if (isToken) tell(use)
  }
  const lineSpace = parts.head.indexOf(' ')
  const targetEnd = parts.head.indexOf(' ', lineSpace + 1)
  if (lineSpace < 0 || targetEnd < 0 || targetEnd > parts.lineEnd) return true
  const target = parts.head.slice(lineSpace + 1, targetEnd)
  findInUrl(target, lineSpace + 1, listener)
  for (const field of parts.fields) {
    if (field.name === 'cookie') findInCookies(parts.head, field, listener)
    else if (field.name === 'referer') {
      findInUrl(parts.head.slice(field.start, field.end), field.start, listener)
    } else if (!plainFields.has(field.name)) findInField(parts.head, field, listener)
  }
  return findInBody(parts, target, listener)
}

/** Fields that hold nothing that a server issued. */
const plainFields = new Set(
  (
    'host user-agent accept accept-encoding accept-language accept-charset connection date te ' +
    'content-length content-type content-encoding transfer-encoding cache-control pragma origin ' +
    'upgrade-insecure-requests keep-alive expect x-forwarded-for x-forwarded-proto x-real-ip via ' +
    'sec-fetch-site sec-fetch-mode sec-fetch-dest sec-fetch-user sec-ch-ua sec-ch-ua-mobile ' +
    'sec-ch-ua-platform if-modified-since if-unmodified-since range dnt x-rehearsal'
  ).split(' '),
)

/** A request target, a URL or a path that stands at `base`. */
function findInUrl(url: string, base: number, listener: UseListener): void {
  const end = pathEnd(url)
  const first = pathStart(url)
  const segments = url.slice(first, end).split('/')
  let start = base + first
  for (let index = 0; index < segments.length; index++) {
    const segment = segments[index]!
    findInSegment(segments, index, start, listener)
    start += segment.length + 1
  }
  if (url[end] === '?') {
    findInParameters(url.slice(end + 1), base + end + 1, 'query', url.slice(0, end), listener)
  }
}

/** A segment as a whole, and its parts: `7.json`, `cart;jsessionid=…`, `7:cancel`. */
function findInSegment(
  segments: readonly string[],
  index: number,
  start: number,
  listener: UseListener,
): void {
  const segment = segments[index]!
  if (segment === '') return
  const common = { notation: 'path', place: 'path', name: '' } as const
  const take = (from: number, to: number, mayBeInteger: boolean) => {
    const text = segment.slice(from, to)
    const isId = isInteger(text)
    if (isId && !mayBeInteger) return
    const kinds = isId ? kindsInPath(segments, index) : null
    listener({ start: start + from, end: start + to, value: decode(text), kinds, ...common })
  }
  take(0, segment.length, true)
  if (!/[.;:=,(]/.test(segment)) return
  for (const { 0: run, index: from } of segment.matchAll(/[\w~%-]+/g)) {
    if (run.length < segment.length) take(from, from + run.length, from === 0)
  }
}

/** `name=value` pairs of a query or a form that stands at `base`. */
function findInParameters(
  text: string,
  base: number,
  place: 'query' | 'form',
  path: string,
  listener: UseListener,
): void {
  for (let at = 0; at < text.length; ) {
    const ampersand = text.indexOf('&', at)
    const end = ampersand < 0 ? text.length : ampersand
    const equals = text.indexOf('=', at)
    if (equals >= 0 && equals < end) {
      const value = decode(text.slice(equals + 1, end).replaceAll('+', ' '))
      const name = decode(text.slice(at, equals))
      const kinds = isInteger(value) ? kindsOfName(name, path) : null
      const start = base + equals + 1
      listener({ start, end: base + end, value, kinds, notation: 'parameter', place, name })
    }
    at = end + 1
  }
}

/** Empty where the name is none of an id. */
function kindsOfName(name: string, path: string): readonly string[] {
  const { isId, kind } = classifyName(name)
  if (!isId) return []
  return [kind === '' ? kindOfTarget(path) : kind]
}

interface Range {
  readonly start: number
  readonly end: number
}

function findInCookies(head: string, field: Range, listener: UseListener): void {
  for (let at = field.start; at < field.end; ) {
    const semicolon = head.indexOf(';', at)
    const pairEnd = semicolon < 0 || semicolon > field.end ? field.end : semicolon
    const equals = head.indexOf('=', at)
    if (equals >= 0 && equals < pairEnd) {
      const isQuoted = head[equals + 1] === '"' && head[pairEnd - 1] === '"'
      const start = equals + (isQuoted ? 2 : 1)
      const end = Math.max(start, pairEnd - (isQuoted ? 1 : 0))
      const value = head.slice(start, end)
      const name = head.slice(at, equals).trim()
      const kinds = isInteger(value) ? kindsOfName(name, '') : null
      listener({ start, end, value, kinds, notation: 'plain', place: 'cookie', name })
    }
    at = pairEnd + 1
  }
}

interface Named extends Range {
  readonly name: string
}

function findInField(head: string, field: Named, listener: UseListener): void {
  const { name } = field
  const text = head.slice(field.start, field.end)
  if (isInteger(text)) {
    const kinds = kindsOfName(name, '')
    listener({ ...field, value: text, kinds, notation: 'plain', place: 'header' })
  } else findRuns(text, field.start, 'header', name, listener)
}

/** Every run of characters that a token may hold. */
function findRuns(
  text: string,
  base: number,
  place: string,
  name: string,
  listener: UseListener,
): void {
  for (const { 0: value, index } of text.matchAll(/[\w.~+/:%|$!*-]{6,}=*/g)) {
    const start = base + index
    const end = start + value.length
    listener({ start, end, value, kinds: null, notation: 'plain', place, name })
  }
}

function findInBody(parts: MessageParts, target: string, listener: UseListener): boolean {
  if (parts.body.length === 0 || bodyBytes(parts) === 0) return true
  if (bodyBytes(parts) > bodyBytesMax) return false
  const typeAsSent = fieldText(parts, 'content-type') ?? ''
  const type = typeAsSent.toLowerCase()
  const coding = fieldText(parts, 'content-encoding')
  if (coding !== null && coding !== 'identity') return false
  const body = joinBody(parts)
  const text = toText(body, 0, body.length)
  const tell = placeInPayload(parts, listener)
  if (type.includes('json') || (type === '' && /^\s*[{[]/.test(text))) {
    return findInJson(text, target, tell)
  }
  if (type.includes('x-www-form-urlencoded')) {
    findInParameters(text, 0, 'form', target.slice(0, pathEnd(target)), tell)
  } else if (type.startsWith('multipart/form-data')) findInMultipart(text, typeAsSent, target, tell)
  else if (/^text\/|xml|graphql/.test(type)) findRuns(text, 0, 'text', '', tell)
  return true
}

/** From offsets in the joined body to offsets in the payload. */
function placeInPayload(parts: MessageParts, listener: UseListener): UseListener {
  const ends: number[] = []
  let sum = 0
  for (const part of parts.body) {
    sum += part.end - part.start
    ends.push(sum)
  }
  let index = 0
  const locate = (offset: number) => {
    while (ends[index]! <= offset) index++
    const part = parts.body[index]!
    return part.end - (ends[index]! - offset)
  }
  return (use) => {
    // Parts of a value come behind the whole of it, so that the way may lead back.
    if (index > 0 && use.start < ends[index - 1]!) index = 0
    const start = locate(use.start)
    listener({ ...use, start, end: locate(use.end - 1) + 1 })
  }
}

function findInJson(text: string, target: string, listener: UseListener): boolean {
  const uses: Use[] = []
  const collect = (use: Use) => void uses.push(use)
  const scanner = new JsonScanner()
  const isJson = scanner.scan(text, 0, text.length, {
    leaf: () => findInLeaf(scanner, target, collect),
  })
  if (isJson) for (const use of uses) listener(use)
  return isJson
}

function findInLeaf(scanner: JsonScanner, target: string, listener: UseListener): void {
  const { start, end, leaf } = scanner
  if (leaf === 'word' || start === end) return
  const value = scanner.value()
  if (value === null) return
  if (isInteger(value)) {
    const name = scanner.name()
    const { isId, kind } = classifyName(name)
    if (!isId) return
    const kinds = kindsInJson(scanner, kind).map((found) => found || kindOfTarget(target))
    const notation = leaf === 'number' ? 'number' : 'plain'
    listener({ start, end, value, kinds, notation, place: 'json', name })
  } else if (value.length >= tokenBytesMin && !value.includes(' ')) {
    const name = scanner.name()
    const notation = leaf === 'number' ? 'number' : 'plain'
    listener({ start, end, value, kinds: null, notation, place: 'json', name })
    if (leaf === 'string' && !scanner.isEscaped && isAddress(value)) {
      findInUrl(value, start, (use) => listener({ ...use, place: 'json', name }))
    }
  }
}

/** Fields of a form with parts; what is longer than a token is a file. */
function findInMultipart(text: string, type: string, target: string, listener: UseListener): void {
  const path = target.slice(0, pathEnd(target))
  for (const { name, start, end } of findFormParts(text, type) ?? []) {
    if (end - start > valueBytesMax) continue
    const value = text.slice(start, end)
    const kinds = isInteger(value) ? kindsOfName(name, path) : null
    listener({ start, end, value, kinds, notation: 'plain', place: 'form', name })
  }
}

function decode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `value` as it has to be written at a place of that notation. */
export function writeAs(notation: Notation, value: string): string {
  switch (notation) {
    case 'path':
      return value.replace(/[%/|?#]/g, encodeURIComponent)
    case 'parameter':
      return encodeURIComponent(value)
    case 'number':
      return /^(0|[1-9]\d*)$/.test(value) ? value : `"${value}"`
    case 'plain':
      return value
  }
}
