// Values inside strings: JSON, Base64 of JSON, JSON Web Tokens (RFC 7519); opened one level.
import { readJson } from './json-reader.ts'
import { type Node, objectOf } from './node.ts'

export interface EmbeddedValue {
  readonly kind: 'json' | 'base64' | 'jwt'
  readonly node: Node
}

const embeddedLimits = { depthMax: 100, nodesMax: 500_000 }

/** What a string holds; null where it holds nothing but itself. */
export function openString(text: string): EmbeddedValue | null {
  const first = text.charCodeAt(0)
  // An opening brace or bracket, maybe behind blanks.
  if (first === 0x7b || first === 0x5b || first <= 0x20) return openJson(text, 'json')
  if (text.startsWith('eyJ')) return openJwt(text) ?? openBase64(text)
  // An opening brace or bracket, and two bits of what follows.
  return /^[We][w-z0-9+/_-]/.test(text) ? openBase64(text) : null
}

function openJson(text: string, kind: 'json' | 'base64'): EmbeddedValue | null {
  if (!/^\s*[{[]/.test(text)) return null
  const outcome = readJson(text, embeddedLimits)
  return outcome.kind === 'read' ? { kind, node: outcome.node } : null
}

function openBase64(text: string): EmbeddedValue | null {
  if (text.length < 8 || !/^[\w+/-]+={0,2}$/.test(text)) return null
  return openJson(Buffer.from(text, 'base64url').toString('utf8'), 'base64')
}

function openJwt(text: string): EmbeddedValue | null {
  const parts = text.split('.')
  if (parts.length !== 3) return null
  const header = openBase64(parts[0]!)
  const claims = openBase64(parts[1]!)
  if (header === null || claims === null) return null
  const node = objectOf(['header', 'claims', 'signature'], [header.node, claims.node, parts[2]!])
  return { kind: 'jwt', node }
}
