// Reads what an answer issues: cookies, fields, links, and the leaves of its body.
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import {
  fieldText,
  joinBody,
  type MessageParts,
  readMessageParts,
  toText,
} from '../protocol/http1/message-parts.ts'
import {
  type Issued,
  IssuedValues,
  mayBeIssued,
  type NamedContext,
  sessionName,
} from './correlate-issued-values.ts'
import { kindsInJson } from './correlate-kinds.ts'
import { findInHtml, findInXml } from './correlate-markup.ts'
import { bodyBytesMax } from './correlate-uses.ts'
import { classifyName, isAddress, isInteger, isOpaque, isSubstitute } from './correlate-values.ts'
import { JsonScanner } from './json-scanner.ts'

/** Null where the answer has no readable head. */
export function readIssued(payload: Uint8Array): Issued | null {
  const parts = readMessageParts(payload)
  if (parts === null) return null
  const issued = new IssuedValues()
  issued.status = Number(parts.head.slice(9, 12))
  for (const { name, start, end } of parts.fields) {
    const value = parts.head.slice(start, end)
    if (name === 'set-cookie') readCookie(value, issued)
    else if (name === 'location' || name === 'content-location') {
      issued.addUrl(value, name, { inBody: false, inList: false, beside: null })
    } else if (!plainFields.has(name)) readField(name, value, issued)
  }
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

/** RFC 6265, section 4.1. */
function readCookie(field: string, issued: IssuedValues): void {
  const semicolon = field.indexOf(';')
  const pair = semicolon < 0 ? field : field.slice(0, semicolon)
  const equals = pair.indexOf('=')
  if (equals < 1) return
  const name = pair.slice(0, equals).trim()
  const value = pair
    .slice(equals + 1)
    .trim()
    .replace(/^"(.*)"$/, '$1')
  const attributes = semicolon < 0 ? '' : field.slice(semicolon)
  const isHttpOnly = /;\s*httponly/i.test(attributes)
  const { isId, isToken, kind } = classifyName(name)
  const mayBeToken = isToken || (isHttpOnly && !isInteger(value))
  const isIssued = mayBeIssued(value, isId, mayBeToken)
  if (!isIssued && !((isId || mayBeToken) && isSubstitute(value))) return
  const kinds = isInteger(value) ? [kind] : null
  const position = `cookie ${name}`
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
  const body = decodeContent(joinBody(parts), fieldText(parts, 'content-encoding'))
  if (body === null || body.length === 0) return
  const type = (fieldText(parts, 'content-type') ?? '').toLowerCase()
  const text = toText(body, 0, body.length)
  if (type.includes('json') || (type === '' && /^\s*[{[]/.test(text))) readJson(text, issued)
  else if (type.includes('html')) findInHtml(text, issued)
  else if (type.includes('xml')) findInXml(text, issued)
}

/** Null where the body is too long, or is not what its coding says. */
function decodeContent(body: Uint8Array, coding: string | null): Uint8Array | null {
  if (body.length === 0 || body.length > bodyBytesMax) return null
  const limit = { maxOutputLength: bodyBytesMax }
  try {
    switch ((coding ?? 'identity').toLowerCase()) {
      case 'identity':
        return body
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(body, limit)
      case 'deflate':
        return inflateSync(body, limit)
      case 'br':
        return brotliDecompressSync(body, limit)
      default:
        return null
    }
  } catch {
    return null
  }
}

function readJson(text: string, issued: IssuedValues): void {
  const scanner = new JsonScanner()
  const open: { from: number; to: number }[] = []
  const read = scanner.scan(text, 0, text.length, {
    opened: () => open.push({ from: issued.plains.length, to: 0 }),
    closed: () => {
      open.pop()!.to = issued.plains.length
    },
    leaf: () => readLeaf(scanner, open.at(-1) ?? null, issued),
  })
  // Of a text that breaks off, the objects around the break have no end.
  if (!read) for (const range of open) range.to = issued.plains.length
}

function readLeaf(
  scanner: JsonScanner,
  beside: NamedContext['beside'],
  issued: IssuedValues,
): void {
  const name = scanner.name()
  const value = scanner.value()
  if (value === null) return
  if (scanner.leaf !== 'word') {
    const inList = scanner.isInArray()
    const { isId, kind } = classifyName(name)
    const context = { inBody: true, inList, beside }
    if (scanner.leaf === 'string' && isAddress(value)) {
      issued.addUrl(value, `json ${scanner.position()}`, context)
      return
    }
    if (isId || (scanner.leaf === 'string' && isOpaque(value))) {
      const kinds = isId ? kindsInJson(scanner, kind) : []
      const position = `json ${scanner.position()}`
      if (issued.offer(name, value, { position, kinds, ...context })) return
    }
  }
  issued.addPlain(name, value)
}
