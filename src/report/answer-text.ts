// A stored answer as lines that people compare: status, headers, and the body laid out.

import type { StoredAnswer } from '../model/run-store.ts'
import { decodeContent, parseCodings } from '../protocol/http1/content-coding.ts'
import { fieldText, joinBody, readMessageParts } from '../protocol/http1/message-parts.ts'

const bodyBytesMax = 1_000_000
/** Lines beyond are left out, and a line says so; longer lines are cut. */
const linesMax = 4_000
const lineCharactersMax = 400

/** The lines of an answer; of a failure, its reason alone. */
export function layOutAnswer({ bytes, failure }: StoredAnswer): readonly string[] {
  if (bytes === null) return [`no answer: ${failure ?? 'unknown'}`]
  const parts = readMessageParts(bytes)
  if (parts === null) return ['not an HTTP answer', `${bytes.length} bytes`]
  const headers = parts.fields.map(
    ({ name, start, end }) => `${name}: ${parts.head.slice(start, end)}`,
  )
  const codings = parseCodings(fieldText(parts, 'content-encoding') ?? '')
  const body = decodeContent(joinBody(parts), codings, bodyBytesMax)
  const lines = [
    parts.head.slice(0, parts.lineEnd),
    ...headers.sort(),
    '',
    ...layOutBody(body, fieldText(parts, 'content-type') ?? ''),
  ]
  const cut = lines.slice(0, linesMax).map(cutLine)
  return lines.length > linesMax ? [...cut, `… ${lines.length - linesMax} more lines`] : cut
}

function layOutBody(body: Uint8Array | null, type: string): readonly string[] {
  if (body === null) return ['a body that cannot be decoded']
  if (body.length === 0) return []
  const text = new TextDecoder().decode(body)
  if (/[\0\ufffd]/.test(text.slice(0, 2_000))) return [`${body.length} bytes of data`]
  if (/\bjson\b/i.test(type) || /^\s*[[{]/.test(text)) return layOutJson(text)
  return text.replace(/></g, '>\n<').split(/\r?\n/)
}

/** One member or element a line; every value is left as it is written, numbers above all. */
export function layOutJson(text: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  let depth = 0
  const end = (next: number) => {
    if (line !== '') lines.push(line)
    depth = Math.max(0, next)
    line = '  '.repeat(Math.min(depth, 40))
  }
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    if (token === '}' || token === ']') {
      if (line.trim() === '') line = ''
      end(depth - 1)
      line += token
    } else if (token === '{' || token === '[') {
      line += token
      end(depth + 1)
    } else if (token === ',') {
      line += token
      end(depth)
    } else line += token === ':' ? ': ' : token
  }
  if (line.trim() !== '') lines.push(line)
  return lines
}

function cutLine(line: string): string {
  return line.length > lineCharactersMax ? `${line.slice(0, lineCharactersMax)}…` : line
}
