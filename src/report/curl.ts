// A captured request as a shell command that sends it again.
import { decodeContent, parseCodings } from '../protocol/http1/content-coding.ts'
import { fieldText, joinBody, readMessageParts } from '../protocol/http1/message-parts.ts'

/** Fields that curl writes itself, or that belong to the connection. */
const ownFields = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'accept-encoding',
  'content-encoding',
  'expect',
  'x-rehearsal',
])

/** Never shown, whatever stands in them: a variable of the shell takes their place. */
const secretFields =
  /^(authorization|proxy-authorization|cookie|.*(token|secret|api-?key|session|password|csrf).*)$/

const bodyCharactersMax = 4_000

/** In one line; `base` is the target's address, or null for a variable. Secrets are variables. */
export function writeCurl(request: Uint8Array, base: string | null): string {
  const parts = readMessageParts(request)
  const line = parts === null ? '' : parts.head.slice(0, parts.lineEnd)
  const [method = '', target = ''] = line.split(' ')
  if (parts === null || !target.startsWith('/')) return '# not an HTTP request'
  const words = ['curl', '-i', ...(method === 'GET' ? [] : ['-X', quote(method)])]
  if (method === 'HEAD') words.splice(1, 3, '--head')
  const address = base?.replace(/\/$/, '')
  words.push(address === undefined ? `"$TARGET"${quote(target)}` : quote(`${address}${target}`))
  for (const { name, start, end } of parts.fields) {
    if (ownFields.has(name)) continue
    const value = parts.head.slice(start, end)
    words.push('-H', secretFields.test(name) ? maskField(name) : quote(`${name}: ${value}`))
  }
  const codings = parseCodings(fieldText(parts, 'content-encoding') ?? '')
  const body = decodeContent(joinBody(parts), codings, 1_000_000)
  if (body === null) return `${words.join(' ')} # with its body, which cannot be decoded`
  if (body.length === 0) return words.join(' ')
  const text = new TextDecoder().decode(body)
  if (text.length > bodyCharactersMax || /[\0\ufffd]/.test(text)) {
    return `${words.join(' ')} --data-binary @body # ${body.length} bytes`
  }
  return `${words.join(' ')} --data-binary ${quote(text)}`
}

/** `"cookie: $COOKIE"`: whoever runs the command sets the variable. */
function maskField(name: string): string {
  return `"${name}: $${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}"`
}

/** For a POSIX shell: nothing in it means anything. */
function quote(text: string): string {
  return /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
