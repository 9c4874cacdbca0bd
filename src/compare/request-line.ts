// What the request says that its answers are about: method, resource, and identifiers by kind.
import { domainOf, toDomain } from './alias-table.ts'
import { readJson } from './json-reader.ts'
import type { Node } from './node.ts'
import { isIdentifier, isIdKey } from './value-class.ts'

export interface RequestLine {
  readonly method: string
  /** As in the request line; empty where it is none. */
  readonly target: string
  /** The value of Host; empty where there is none. */
  readonly host: string
}

/** The request line and host of a request as on the wire; never fails. */
export function readRequestLine(payload: Uint8Array): RequestLine {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  const lineEnd = bytes.indexOf(0x0a)
  const line = bytes.toString('latin1', 0, Math.min(lineEnd < 0 ? bytes.length : lineEnd, lineMax))
  const [method = '', target = ''] = line.trimEnd().split(' ')
  const head = bytes.toString('latin1', Math.max(lineEnd, 0), headMax)
  const host = /\nhost:[ \t]*([^\r\n]*)/i.exec(head)?.[1]?.trim() ?? ''
  return { method, target, host }
}

const lineMax = 16_384
const headMax = 16_384

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'])

/** RFC 9110, section 9.2.1. */
export function isSafe(method: string): boolean {
  return safeMethods.has(method)
}

/** The last part of the path that names something, as `users` of `/api/users/7`. */
export function resourceOf(target: string): string {
  const path = target.split('?', 1)[0]!.replace(/^[a-z]+:\/\/[^/]*/i, '')
  const names = path.split('/').filter((part) => part !== '' && !isValue(part))
  return names.findLast((name) => !choices.test(name)) ?? ''
}

/** Which one, instead of what. */
const choices = /^(me|self|current|first|last|latest|next|new|all|search|v\d+)$/i

function isValue(segment: string): boolean {
  return /^\d+$/.test(segment) || isIdentifier(segment)
}

export interface NamedToken {
  /** As `domainOf` names the kinds of identifiers. */
  readonly domain: string
  readonly token: string
}

const tokensMax = 100
const bodyMax = 65_536

/** What stands for something in a request: in its path behind names, its query, its JSON body. */
export function tokensOf(payload: Uint8Array): readonly NamedToken[] {
  const { target } = readRequestLine(payload)
  return [...tokensOfTarget(target), ...tokensOfBody(payload, resourceOf(target))].slice(
    0,
    tokensMax,
  )
}

function tokensOfBody(payload: Uint8Array, resource: string): readonly NamedToken[] {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  const start = bytes.indexOf('\r\n\r\n') + 4
  const first = bytes[start]
  const isJson = start >= 4 && (first === 0x7b || first === 0x5b)
  if (!isJson || bytes.length - start > bodyMax) return []
  const outcome = readJson(bytes.toString('utf8', start))
  const tokens: NamedToken[] = []
  if (outcome.kind === 'read') addTokens(outcome.node, [], resource, tokens)
  return tokens
}

function addTokens(node: Node, path: string[], resource: string, tokens: NamedToken[]): void {
  if (tokens.length >= tokensMax) return
  if (typeof node === 'object' && node !== null) {
    if (node.tag === 'list') for (const item of node.items) addTokens(item, path, resource, tokens)
    if (node.tag !== 'object') return
    node.keys.forEach((key, index) => {
      path.push(key)
      addTokens(node.values[index]!, path, resource, tokens)
      path.pop()
    })
  } else if (typeof node === 'string' || typeof node === 'number') {
    const token = String(node)
    if (isIdKey(path.at(-1) ?? '') || isIdentifier(token)) {
      tokens.push({ domain: domainOf(path, resource), token })
    }
  }
}

function tokensOfTarget(target: string): readonly NamedToken[] {
  const [path = '', query = ''] = target.split(/\?(.*)/s)
  const tokens: NamedToken[] = []
  let name = ''
  for (const part of path.split('/')) {
    if (part === '') continue
    if (isValue(part)) tokens.push({ domain: toDomain(name), token: decode(part) })
    else name = part
  }
  for (const [key, value] of new URLSearchParams(query)) {
    const owner = key.replace(/[_-]?(ids?|uid|uuid)$/i, '') || name
    tokens.push({ domain: toDomain(owner), token: value })
  }
  return tokens
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What an identifier of the one request is in the other, by kind; undefined: not in it. */
export function createExpectation(
  from: Uint8Array,
  to: Uint8Array,
): (domain: string, identifier: string) => string | undefined {
  let table: Map<string, string> | null = null
  return (domain, identifier) => {
    table ??= pairTokens(tokensOf(from), from === to ? null : tokensOf(to))
    return table.get(`${domain} ${identifier}`)
  }
}

function pairTokens(
  from: readonly NamedToken[],
  to: readonly NamedToken[] | null,
): Map<string, string> {
  const table = new Map<string, string>()
  const there = to ?? from
  const isAlike = from.every(({ domain }, index) => there[index]?.domain === domain)
  if (there.length !== from.length || !isAlike) return table
  from.forEach(({ domain, token }, index) => {
    const other = there[index]!.token
    table.set(`${domain} ${token}`, other)
    if (isIdentifier(token)) table.set(` ${token}`, other)
  })
  return table
}
