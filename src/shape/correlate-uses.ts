// Finds what a request may have from an earlier answer: every token in its target, its fields and
// its body, each where it stands.
import type { MessageParts } from '../protocol/http1/message-parts.ts'
import { findInBody, tokenBytesMin } from './correlate-body-uses.ts'
import { findInUrl, findRuns, kindsOfName, type Use, type UseListener } from './correlate-tokens.ts'
import { isAddress, isInteger } from './correlate-values.ts'

/**
 * Tells every token in the order of the payload; false where the body could not be searched.
 * `isOpened`: its coding was taken off (`openBody`).
 */
export function findUses(parts: MessageParts, tell: UseListener, isOpened = false): boolean {
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
  return findInBody(parts, target, isOpened, listener)
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
  if (isAddress(text)) {
    findInUrl(text, field.start, (use) => listener({ ...use, place: 'header', name }))
  }
}
