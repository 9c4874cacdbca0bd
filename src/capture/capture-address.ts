// What `--input-raw` names: hosts and ports; and IP addresses as text (RFC 4291, section 2.2, and
// RFC 5952, section 4).
import { OperatorError } from '../model/operator-error.ts'

/** GoReplay's word for all ports. */
export const everyPort = 0

/** A host as the operator wrote it, or null for every address of this host. */
export interface CaptureAddress {
  readonly host: string | null
  readonly port: number
}

/** A captured address (four words as in `Segment`; null: every address) and its port. */
export interface CaptureEndpoint {
  readonly address: Int32Array | null
  readonly port: number
}

/** Whether services are to be found among the packets, for no port names one. */
export function namesEveryPort(endpoints: readonly CaptureEndpoint[]): boolean {
  return endpoints.some(({ port }) => port === everyPort)
}

/**
 * Reads `:80`, `10.0.0.5:8080`, `[::1]:80`, `host:80`, `eth0:80`, `eth*:80` and lists; a bare port
 * keeps its host. Port 0, or none behind the colon, is every port.
 */
export function parseCaptureAddress(text: string): CaptureAddress[] {
  if (/^k8s:\/\//i.test(text)) {
    throw new OperatorError(
      'unsupported-address',
      `--input-raw '${text}': Kubernetes addresses come in a later release`,
      "until then start it on the node, or in the pod, with the service's port: --input-raw :80",
    )
  }
  const addresses: CaptureAddress[] = []
  for (const part of text.split(',')) {
    const [, name, digits] = /^(?:(.*):)?(\d*)$/.exec(part.trim()) ?? []
    const isNamed = digits !== undefined && (digits !== '' || name !== undefined)
    if (!isNamed) throw unusable(text, `has no port in '${part}'`)
    const port = digits === '' ? everyPort : Number(digits)
    if (port > 65_535) throw unusable(text, `has a port beyond 65535: ${digits}`)
    const host = name === undefined ? (addresses.at(-1)?.host ?? null) : readHost(text, name)
    addresses.push({ host, port })
  }
  return addresses
}

/** The address as four words, IPv4 as ::ffff:a.b.c.d; null where the text is no IP address. */
export function parseIpAddress(text: string): Int32Array | null {
  if (!text.includes(':')) {
    const word = parseIpv4(text)
    return word === null ? null : Int32Array.of(0, 0, 0xffff, word)
  }
  const halves = text.split('::')
  const head = parseGroups(halves[0]!, halves.length === 1)
  const tail = halves.length === 1 ? [] : parseGroups(halves[1]!, true)
  if (halves.length > 2 || head === null || tail === null) return null
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null
  const groups = [...head, ...Array<number>(missing).fill(0), ...tail]
  const words = new Int32Array(4)
  for (let word = 0; word < 4; word++) {
    words[word] = (groups[2 * word]! << 16) | groups[2 * word + 1]!
  }
  return words
}

/** The four words from `offset` on as text: dotted for IPv4, else the form of RFC 5952. */
export function formatIpAddress(words: Int32Array, offset: number): string {
  const last = words[offset + 3]!
  if (words[offset] === 0 && words[offset + 1] === 0 && words[offset + 2] === 0xffff) {
    return `${last >>> 24}.${(last >>> 16) & 0xff}.${(last >>> 8) & 0xff}.${last & 0xff}`
  }
  const groups: number[] = []
  for (let word = 0; word < 4; word++) {
    groups.push(words[offset + word]! >>> 16, words[offset + word]! & 0xffff)
  }
  const [start, length] = longestZeroRun(groups)
  const hex = groups.map((group) => group.toString(16))
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}

function readHost(text: string, name: string): string | null {
  if (name === '') return null
  const bracketed = /^\[(.*)\]$/.exec(name)?.[1]
  const host = bracketed ?? name
  const words = parseIpAddress(host)
  if (bracketed === undefined ? host.includes(':') : words === null) {
    throw unusable(text, `has no readable host in '${name}'`)
  }
  if (words === null && !/^[\w.-]+\*?$/.test(host)) throw unusable(text, `names no host: '${host}'`)
  // 0.0.0.0 and [::] are how services say that they listen everywhere.
  const everywhere = words?.every((word, index) => word === 0 || (index === 2 && word === 0xffff))
  return everywhere === true ? null : host
}

function unusable(text: string, why: string): OperatorError {
  return new OperatorError(
    'bad-capture-address',
    `--input-raw '${text}' ${why}`,
    'write :80, 10.0.0.5:8080, [::1]:80, eth0:80 or :80,:8080',
  )
}

function parseIpv4(text: string): number | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  let word = 0
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null
    word = (word << 8) | Number(part)
  }
  return word
}

/** The 16-bit groups of one side of `::`; an IPv4 address may stand for the very last two. */
function parseGroups(text: string, isLast: boolean): number[] | null {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    const ipv4 = isLast && index === parts.length - 1 ? parseIpv4(part) : null
    if (ipv4 !== null) groups.push(ipv4 >>> 16, ipv4 & 0xffff)
    else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else return null
  }
  return groups
}

/** Start and length of the first longest run of zero groups. */
function longestZeroRun(groups: readonly number[]): readonly [number, number] {
  let longestStart = 0
  let longest = 0
  let length = 0
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0
    if (length > longest) {
      longest = length
      longestStart = index - length + 1
    }
  }
  return [longestStart, longest]
}
