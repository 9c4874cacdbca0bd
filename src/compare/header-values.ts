// Header fields in canonical form: which are compared in full, and what their values consist of.
import { fieldBreak } from './answer-head.ts'
import { readMediaType } from './media-type.ts'
import { listOf, type Node, objectFrom, objectOf } from './node.ts'

/** Compared in full; of all others only that they are there, and what kind of value they have. */
const comparedHeaders: readonly string[] = [
  'content-type',
  'location',
  'link',
  'cache-control',
  'www-authenticate',
  'set-cookie',
  'allow',
  'retry-after',
  'deprecation',
]

/** Whether a header of that name is compared in full without being asked for. */
export function isCompared(name: string): boolean {
  return comparedNames.has(name)
}

const comparedNames: ReadonlySet<string> = new Set(comparedHeaders)

/** Of the connection, not of the answer (RFC 9110, section 7.6.1); the coding is told apart. */
export const connectionHeaders: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'content-encoding',
])

/** Told by what stands before the service as often as by the release. */
const transportHeaders: ReadonlySet<string> = new Set(
  (
    'via age alt-svc nel report-to pragma x-powered-by x-cache x-cache-hits x-served-by x-timer ' +
    'x-varnish x-runtime x-request-id x-correlation-id x-trace-id traceparent tracestate ' +
    'server-timing strict-transport-security'
  ).split(' '),
)

/** Those that networks and hosts add, or change, on the way to clients. */
const platformHeaders: ReadonlySet<string> = new Set([
  'server',
  'vary',
  'accept-ranges',
  'region',
  'now',
])
const platformPrefix = /^(cf|x-amz|x-amzn|x-azure|x-fastly|x-vercel|x-now|x-envoy)-/

/** Those that load balancers and networks set for themselves. */
const platformCookies =
  /^(__cf|_cfuvid|cf_|AWSALB|AWSELB|ARRAffinity|incap_|visid_|ak_bmsc|bm_|BIGip)[^=]*=/

/** Whether a header may differ between production and elsewhere without the release's doing. */
export function isOfTransport(name: string): boolean {
  return transportHeaders.has(name) || isPlatformName(name)
}

/** Whether that it is there tells of the place alone, not of the release. */
export function isOfPlatform(name: string, value: string): boolean {
  if (name === 'set-cookie') {
    return value.split(fieldBreak).every((cookie) => platformCookies.test(cookie))
  }
  return isPlatformName(name)
}

function isPlatformName(name: string): boolean {
  return platformHeaders.has(name) || platformPrefix.test(name)
}

/** Whether its value follows from the body and from when it was made (RFC 9110, section 8.8). */
export function isValidator(name: string): boolean {
  return /^(etag|last-modified|date|expires)$/.test(name)
}

type Reader = (value: string) => Node

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['content-type', readContentType],
  ['cache-control', readDirectives],
  ['set-cookie', readCookies],
  ['link', readLinks],
  ['location', readLocation],
  ['allow', readNames],
])

/** The value of a field, as `readAnswerHead` gives it, in canonical form. */
export function readHeaderValue(name: string, value: string): Node {
  const read = readers.get(name)
  return read === undefined ? value.replaceAll(fieldBreak, ', ') : read(value)
}

function readContentType(value: string): Node {
  const { type, parameters } = readMediaType(value)
  const entries = [...parameters].filter(([name]) => name !== 'boundary')
  const lower = entries.map(([name, text]): [string, Node] => [name, text.toLowerCase()])
  return objectFrom([['type', type], ...lower])
}

/** RFC 9111, section 5.2. */
function readDirectives(value: string): Node {
  const directives = value
    .replaceAll(fieldBreak, ',')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  return objectFrom(
    directives.map((part): [string, Node] => {
      const equals = part.indexOf('=')
      const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase()
      return [name, equals < 0 ? '' : part.slice(equals + 1).trim()]
    }),
  )
}

/** RFC 6265, section 4.1: by name, in any order, each with its value and attributes. */
function readCookies(value: string): Node {
  const byName = new Map<string, Node[]>()
  for (const line of value.split(fieldBreak)) {
    const [pair = '', ...attributes] = line.split(';')
    const equals = pair.indexOf('=')
    const name = (equals < 0 ? pair : pair.slice(0, equals)).trim()
    const entries = attributes.map((text): [string, Node] => {
      const at = text.indexOf('=')
      const key = (at < 0 ? text : text.slice(0, at)).trim().toLowerCase()
      return [key, at < 0 ? '' : text.slice(at + 1).trim()]
    })
    const text = equals < 0 ? '' : pair.slice(equals + 1).trim()
    const cookies = byName.get(name) ?? []
    cookies.push(objectFrom([['value', text], ...entries]))
    byName.set(name, cookies)
  }
  const values = [...byName.values()].map((all) => (all.length === 1 ? all[0]! : listOf(all)))
  return objectOf([...byName.keys()], values)
}

const linkPattern = /<([^<>]*)>([^<]*)/g

/** RFC 8288, section 3: targets by relation. */
function readLinks(value: string): Node {
  const entries: [string, Node][] = []
  for (const [, target = '', parameters = ''] of value.matchAll(linkPattern)) {
    const relation = /;\s*rel="?([^";,]*)"?/i.exec(parameters)?.[1]?.trim()
    entries.push([relation ?? target, target])
  }
  return objectFrom(entries)
}

/** Where it points to, apart from which server. */
function readLocation(value: string): Node {
  const match = /^([a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i.exec(value)
  if (match === null) return objectFrom([['target', value]])
  return objectFrom([
    ['target', value.slice(match[0].length) || '/'],
    ['origin', match[0]],
  ])
}

function readNames(value: string): Node {
  const names = value.split(/[\s,]+/).filter((name) => name !== '')
  return listOf([...new Set(names.map((name) => name.toUpperCase()))].sort())
}
