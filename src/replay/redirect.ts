// Where an answer points, and the request that follows it (RFC 9110, section 15.4).
import { findFieldsEnd, readHeader } from '../protocol/http1/request-editor.ts'

/** What describes a body, and goes with it. */
const bodyFields = /^(?:content-[\w-]+|transfer-encoding|trailer|expect)[ \t]*:/i

/** Statuses after which everything but GET and HEAD becomes GET, or only POST does. */
const changes: Readonly<Record<number, 'all' | 'post' | 'none'>> = {
  301: 'post',
  302: 'post',
  303: 'all',
  307: 'none',
  308: 'none',
}

/**
 * The request that follows `request` (as it was sent) to where `response` points. Null where it
 * points nowhere, or to a host that is neither one of `hosts` nor the one the request names: a
 * replay never leaves its target.
 */
export function composeRedirect(
  status: number,
  response: Uint8Array,
  request: Uint8Array,
  hosts: readonly string[],
): Uint8Array | null {
  const change = changes[status]
  const location = readHeader(response, 'location')
  if (change === undefined || location === null) return null
  const lineEnd = request.indexOf(10)
  const line = /^(\S+) (\S+)( HTTP\/1\.\d\r?)$/.exec(toText(request.subarray(0, lineEnd)))
  const fieldsEnd = findFieldsEnd(request, lineEnd + 1)
  if (line === null || fieldsEnd < 0) return null
  const own = readHeader(request, 'host') ?? hosts[0] ?? ''
  const url = resolve(location, line[2]!, own)
  if (url === null || ![...hosts, own].some((host) => isSameHost(url, host))) return null
  const method = followingMethod(line[1]!, change)
  const head = `${method} ${url.pathname}${url.search}${line[3]}\n`
  const fields = toText(request.subarray(lineEnd + 1, fieldsEnd))
  if (method === line[1]) {
    return Buffer.concat([toBytes(head + fields), request.subarray(fieldsEnd)])
  }
  const kept = fields.split(/(?<=\n)(?![ \t])/).filter((field) => !bodyFields.test(field))
  return toBytes(`${head}${kept.join('')}\r\n`)
}

function followingMethod(method: string, change: 'all' | 'post' | 'none'): string {
  if (change === 'none' || method === 'HEAD' || method === 'GET') return method
  return change === 'all' || method === 'POST' ? 'GET' : method
}

function resolve(location: string, target: string, host: string): URL | null {
  const base = target.startsWith('/') ? `http://${host}${target}` : target
  return URL.parse(location, base)
}

function isSameHost(url: URL, host: string): boolean {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false
  // The scheme does not count: in front of a target TLS often ends elsewhere.
  return (
    url.host === host.toLowerCase() || url.host === host.toLowerCase().replace(/:(80|443)$/, '')
  )
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

function toBytes(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}
