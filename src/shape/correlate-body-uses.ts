// Finds what the body of a request may have from an earlier answer: in JSON, forms and text.
import {
  bodyBytes,
  fieldText,
  joinBody,
  type MessageParts,
  toText,
} from '../protocol/http1/message-parts.ts'
import { kindOfTarget, kindsInJson, pathEnd } from './correlate-kinds.ts'
import {
  findInParameters,
  findInUrl,
  findRuns,
  kindsOfName,
  type Use,
  type UseListener,
} from './correlate-tokens.ts'
import { classifyName, isAddress, isInteger, valueBytesMax } from './correlate-values.ts'
import { JsonScanner } from './json-scanner.ts'
import { beforeJson, splitJson, type TextRange } from './json-texts.ts'
import { findFormParts } from './multipart.ts'

/** Bodies beyond are not searched. */
export const bodyBytesMax = 1_048_576

/** Shorter tokens are looked at as ids of their kind alone. */
export const tokenBytesMin = 6

/** In a longer JSON string no tokens are looked for among others. */
const proseBytesMax = 16_384

/** False where the body could not be searched; `isOpened` is one whose coding was taken off. */
export function findInBody(
  parts: MessageParts,
  target: string,
  isOpened: boolean,
  listener: UseListener,
): boolean {
  if (parts.body.length === 0 || bodyBytes(parts) === 0) return true
  if (bodyBytes(parts) > bodyBytesMax) return false
  const typeAsSent = fieldText(parts, 'content-type') ?? ''
  const type = typeAsSent.toLowerCase()
  const coding = fieldText(parts, 'content-encoding')
  if (!isOpened && coding !== null && coding !== 'identity') return false
  const body = joinBody(parts)
  const text = toText(body, 0, body.length)
  const tell = placeInPayload(parts, listener)
  const start = beforeJson.exec(text)![0].length
  if (type.includes('json') || /^(?:$|text\/plain)/.test(type)) {
    const mayBeJson = text[start] === '{' || text[start] === '['
    if (type.includes('json') || mayBeJson) {
      const isRead = splitJson(text, start, type).every((range) =>
        findInJson(text, range, target, tell),
      )
      if (isRead || type.includes('json')) return isRead
    }
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
  return (use) => {
    const start = locate(parts, ends, use.start)
    listener({ ...use, start, end: locate(parts, ends, use.end - 1) + 1 })
  }
}

/** By bisection, for a body may have as many chunks as it has tokens. */
function locate({ body }: MessageParts, ends: readonly number[], offset: number): number {
  let low = 0
  let high = ends.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (ends[middle]! <= offset) low = middle + 1
    else high = middle
  }
  return body[low]!.end - (ends[low]! - offset)
}

function findInJson(
  text: string,
  { start, end }: TextRange,
  target: string,
  listener: UseListener,
): boolean {
  const uses: Use[] = []
  const collect = (use: Use) => void uses.push(use)
  const scanner = new JsonScanner()
  const isJson = scanner.scan(text, start, end, {
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
  } else if (value.length >= tokenBytesMin) {
    const name = scanner.name()
    const notation = leaf === 'number' ? 'number' : 'plain'
    if (value.length <= valueBytesMax && !value.includes(' ')) {
      listener({ start, end, value, kinds: null, notation, place: 'json', name })
    }
    if (leaf === 'number') return
    if (!scanner.isEscaped && isAddress(value)) {
      findInUrl(value, start, (use) => listener({ ...use, place: 'json', name }))
    } else if (value.length <= proseBytesMax && (isAddress(value) || !oneRun.test(value))) {
      // A query of GraphQL, `Bearer …`, a list, a URL with escapes.
      findRuns(scanner.text.slice(start, end), start, 'json', name, listener)
    }
  }
}

const oneRun = /^[\w.~+/:%|$!*-]+=*$/

/** Fields of a form with parts; what is longer than a token is a file. */
function findInMultipart(text: string, type: string, target: string, listener: UseListener): void {
  const path = target.slice(0, pathEnd(target))
  for (const { name, start, end } of findFormParts(text, type) ?? []) {
    if (text[start] === '{' || text[start] === '[') {
      findInJson(text, { start, end }, target, listener)
      continue
    }
    if (end - start > valueBytesMax) continue
    const value = text.slice(start, end)
    const kinds = isInteger(value) ? kindsOfName(name, path) : null
    listener({ start, end, value, kinds, notation: 'plain', place: 'form', name })
  }
}
