// Tokens in the texts of a request that come from an earlier answer, each where it stands: in URLs,
// in parameters, and in text. Texts are latin1.
import { kindOfTarget, kindsInPath, pathEnd, pathStart } from './correlate-kinds.ts'
import { classifyName, isInteger } from './correlate-values.ts'

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

/** A request target, a URL or a path that stands at `base`. */
export function findInUrl(url: string, base: number, listener: UseListener): void {
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

/** A segment as a whole, and its parts: `7.json`, `cart;jsessionid=…`, `7:cancel`, `7,8`. */
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
  if (!/[^\w~%-]/.test(segment)) return
  const isList = integerList.test(segment)
  for (const { 0: run, index: from } of segment.matchAll(/[\w~%-]+/g)) {
    if (run.length < segment.length) take(from, from + run.length, from === 0 || isList)
  }
}

/** `7,8,9`, as sent or encoded. */
const integerList = /^\d+(?:(?:[,;|]|%2C|%3B|%7C)\d+)+$/i

/** `name=value` pairs of a query or a form that stands at `base`. */
export function findInParameters(
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
      const sent = text.slice(equals + 1, end)
      const name = decode(text.slice(at, equals))
      const tell = (from: number, to: number, isId: boolean) => {
        const value = decode(sent.slice(from, to))
        const isCounter = isInteger(value)
        if (isCounter && !isId) return
        const kinds = isCounter ? kindsOfName(name, path) : null
        const start = base + equals + 1
        const range = { start: start + from, end: start + to }
        listener({ ...range, value, kinds, notation: 'parameter', place, name })
      }
      tell(0, sent.length, true)
      findParts(sent, tell)
    }
    at = end + 1
  }
}

type PartListener = (from: number, to: number, isId: boolean) => void

/** Tokens in a parameter that is a list or a JSON text, as sent. */
function findParts(sent: string, tell: PartListener): void {
  if (sent.length < 3 || !betweenParts.test(sent)) return
  const isList = integerList.test(sent)
  let from = 0
  for (const { 0: between, index } of sent.matchAll(betweenPartsAll)) {
    if (index > from) tell(from, index, isList)
    from = index + between.length
  }
  if (from < sent.length) tell(from, sent.length, isList)
}

/** What separates values, and what stands around them in JSON; no token holds any of it. */
const between = /[,;|\s"'{}[\]()<>\\]|%(?:2C|3B|7C|20|22|27|7B|7D|5B|5D|28|29|3C|3E|5C|0A|0D)/
  .source
const betweenParts = new RegExp(between, 'i')
const betweenPartsAll = new RegExp(`(?:${between})+`, 'gi')

/** Empty where the name is none of an id. */
export function kindsOfName(name: string, path: string): readonly string[] {
  const { isId, kind } = classifyName(name)
  if (!isId) return []
  return [kind === '' ? kindOfTarget(path) : kind]
}

/** Every run of characters that a token may hold; what is escaped with a backslash ends one. */
export function findRuns(
  text: string,
  base: number,
  place: string,
  name: string,
  listener: UseListener,
): void {
  for (const { 1: value, index } of text.matchAll(runPattern)) {
    if (value === undefined) continue
    const start = base + index
    const end = start + value.length
    listener({ start, end, value, kinds: null, notation: 'plain', place, name })
  }
}

const runPattern = /\\(?:u[\da-fA-F]{4}|.)|([\w.~+/:%|$!*-]{6,}=*)/g

/** Percent-decoded; as it was, where it is not encoded well. */
export function decode(text: string): string {
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
