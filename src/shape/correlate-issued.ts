// Reads what an answer issues: cookies, fields, links, and the leaves of its body.
import { decodeContent } from '../protocol/http1/content-coding.ts'
import {
  codingsOf,
  fieldText,
  joinBody,
  type MessageParts,
  readMessageParts,
  toText,
} from '../protocol/http1/message-parts.ts'
import { bodyBytesMax } from './correlate-body-uses.ts'
import {
  type Issued,
  IssuedValues,
  mayBeIssued,
  type NamedContext,
  sessionName,
} from './correlate-issued-values.ts'
import { kindsInJson } from './correlate-kinds.ts'
import { findInHtml, findInXml } from './correlate-markup.ts'
import { decode } from './correlate-tokens.ts'
import {
  classifyName,
  isAddress,
  isInteger,
  isOpaque,
  isSecret,
  isSubstitute,
} from './correlate-values.ts'
import { JsonScanner } from './json-scanner.ts'
import { beforeJson, splitJson } from './json-texts.ts'

/** Null where the answer has no readable head. */
export function readIssued(payload: Uint8Array): Issued | null {
  const parts = readMessageParts(payload)
  if (parts === null) return null
  const issued = new IssuedValues()
  issued.status = Number(parts.head.slice(9, 12))
  const cookies: string[] = []
  for (const { name, start, end } of parts.fields) {
    const value = parts.head.slice(start, end)
    if (name === 'set-cookie') cookies.push(value)
    else if (name === 'location' || name === 'content-location') {
      issued.addUrl(value, name, { inBody: false, inList: false, beside: null })
    } else if (!plainFields.has(name)) readField(name, value, issued)
  }
  readCookies(cookies, issued)
  readBody(parts, issued)
  return issued
}

/** Reads answers of production, which several targets and copies are taught, once each. */
export function createIssuedReader(): (payload: Uint8Array) => Issued | null {
  const read = new WeakMap<Uint8Array, Issued | null>()
  return (payload) => {
    const known = read.get(payload)
    if (known !== undefined) return known
    const issued = readIssued(payload)
    read.set(payload, issued)
    return issued
  }
}

/** Fields whose values nobody brings back; those that trace requests would fill the table. */
const plainFields = new Set(
  (
    'date server via age expires last-modified cache-control content-length content-type vary ' +
    'content-encoding transfer-encoding connection keep-alive content-security-policy nel ' +
    'x-request-id request-id x-correlation-id x-trace-id traceparent tracestate cf-ray ' +
    'x-amz-id-2 x-amz-request-id x-amz-cf-id x-runtime x-powered-by x-served-by x-cache ' +
    'strict-transport-security report-to content-range accept-ranges server-timing alt-svc ' +
    'link p3p permissions-policy'
  ).split(' '),
)

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
  readonly isHttpOnly: boolean
}

/**
 * Of several cookies of one name the last is told by its name, and those before it by their path
 * as well, where that is another: a client keeps both.
 */
function readCookies(fields: readonly string[], issued: IssuedValues): void {
  const cookies = fields.flatMap((field) => parseCookie(field) ?? [])
  const last = new Map(cookies.map((cookie) => [cookie.name, cookie]))
  for (const cookie of cookies) {
    const { name, value, path } = cookie
    const isLast = last.get(name) === cookie
    if (!isLast && last.get(name)!.path === path) continue
    const position = isLast ? `cookie ${name}` : `cookie ${name} ${path}`
    addCookie(cookie, position, issued)
    // Scripts read cookies decoded, and send them back so in fields (`XSRF-TOKEN`).
    const decoded = decode(value)
    if (decoded !== value) addCookie({ ...cookie, value: decoded }, `${position} decoded`, issued)
  }
}

/** RFC 6265, section 4.1; null where it deletes one. */
function parseCookie(field: string): Cookie | null {
  const semicolon = field.indexOf(';')
  const pair = semicolon < 0 ? field : field.slice(0, semicolon)
  const equals = pair.indexOf('=')
  const attributes = semicolon < 0 ? '' : field.slice(semicolon)
  if (equals < 1 || deletion.test(attributes)) return null
  const value = pair
    .slice(equals + 1)
    .trim()
    .replace(/^"(.*)"$/, '$1')
  return {
    name: pair.slice(0, equals).trim(),
    value,
    path: /;\s*path\s*=\s*([^;\s]*)/i.exec(attributes)?.[1] ?? '',
    isHttpOnly: /;\s*httponly/i.test(attributes),
  }
}

/** An end that was long ago. */
const deletion = /;\s*(?:max-age\s*=\s*(?:0|-\d+)\s*(?:;|$)|expires\s*=[^;]*[\s-](?:19)?[789]\d\b)/i

function addCookie({ name, value, isHttpOnly }: Cookie, position: string, issued: IssuedValues) {
  const { isId, isToken, kind } = classifyName(name)
  const mayBeToken = isToken || (isHttpOnly && !isInteger(value))
  const isIssued = mayBeIssued(value, isId, mayBeToken)
  if (!isIssued && !((isId || mayBeToken) && isSubstitute(value))) return
  const kinds = isInteger(value) ? [kind] : null
  const common = { inBody: false, inList: false, beside: null }
  issued.add({ position, value, kinds, isIssued, isToken: kinds === null, ...common })
  if (isIssued && kinds === null && (isHttpOnly || sessionName.test(name)))
    issued.sessionKey ??= value
}

function readField(name: string, field: string, issued: IssuedValues): void {
  // `W/"…"` of an entity tag, and the scheme of credentials.
  const value = field
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1')
    .replace(/^\w+ +/, '')
  const { kind } = classifyName(name)
  const common = { inBody: false, inList: false, beside: null }
  issued.offer(name, value, { position: `header ${name}`, kinds: [kind], ...common })
}

function readBody(parts: MessageParts, issued: IssuedValues): void {
  const type = (fieldText(parts, 'content-type') ?? '').toLowerCase()
  const body = openBody(parts)
  if (body === null) issued.isRead = !/json|html|xml/.test(type)
  if (body === null || body.length === 0) return
  const text = toText(body, 0, body.length)
  const start = beforeJson.exec(text)![0].length
  // Whatever its type says: many a server sends JSON as `text/html`.
  const isJson = text[start] === '{' || text[start] === '['
  if (isJson || type.includes('json')) readJson(text, start, type, issued)
  else if (type.includes('html')) findInHtml(text, issued)
  else if (type.includes('xml')) findInXml(text, issued)
}

/** Null where it is too long, or no such coding is known or right. */
function openBody(parts: MessageParts): Uint8Array | null {
  const sent = joinBody(parts)
  if (sent.length === 0) return sent
  if (sent.length > bodyBytesMax) return null
  return decodeContent(sent, codingsOf(parts), bodyBytesMax)
}

function readJson(text: string, start: number, type: string, issued: IssuedValues): void {
  const scanner = new JsonScanner()
  const open: { from: number; to: number }[] = []
  const texts = splitJson(text, start, type)
  texts.forEach((range, index) => {
    const at = { step: texts.length === 1 ? '' : `${index} `, inList: texts.length > 1 }
    const read = scanner.scan(text, range.start, range.end, {
      opened: () => open.push({ from: issued.plains.length, to: 0 }),
      closed: () => {
        open.pop()!.to = issued.plains.length
      },
      leaf: () => readLeaf(scanner, open.at(-1) ?? null, at, issued),
    })
    // Of a text that breaks off, the objects around the break have no end.
    if (!read) for (const range of open.splice(0)) range.to = issued.plains.length
  })
}

interface JsonPlace {
  /** Which of several texts. */
  readonly step: string
  readonly inList: boolean
}

function readLeaf(
  scanner: JsonScanner,
  beside: NamedContext['beside'],
  at: JsonPlace,
  issued: IssuedValues,
): void {
  const name = scanner.name()
  const value = scanner.value()
  if (value === null) return
  if (scanner.leaf !== 'word') {
    const inList = at.inList || scanner.isInArray()
    const { isId, isToken, kind } = classifyName(name)
    const context = { inBody: true, inList, beside }
    if (scanner.leaf === 'string' && isAddress(value) && !(isToken && isSecret(value))) {
      issued.addUrl(value, `json ${at.step}${scanner.position()}`, context)
      return
    }
    if (isId || (scanner.leaf === 'string' && isOpaque(value))) {
      const kinds = isId ? kindsInJson(scanner, kind) : []
      const position = `json ${at.step}${scanner.position()}`
      if (issued.offer(name, value, { position, kinds, ...context })) return
    }
  }
  issued.addPlain(name, value)
}
