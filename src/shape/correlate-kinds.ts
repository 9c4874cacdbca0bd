// Of what kind a small number is the id: `/orders/7`, `orderId=7` and `{"order": {"id": 7}}` speak
// of the same order 7, and `/products/7` of something else.
import { isIdentifier, isInteger, isOpaque, toKind } from './correlate-values.ts'
import type { JsonScanner } from './json-scanner.ts'

/** Stands for the kind that the request's path names, where an answer itself names none. */
export const kindOfPath = ''

/** Every kind: of what was created by a path that names an action (`POST /checkout`). */
export const anyKind = '*'

/** Names of containers that say nothing of what is in them, or that can say it of anything. */
const wrappers = new Set(
  (
    'attribute body content data edge element entity entry item list node object page payload ' +
    'record response result row value'
  ).split(' '),
)

/** True for what stands in a path or a link to name one entity. */
export function isPathValue(segment: string): boolean {
  return isInteger(segment) || isIdentifier(segment) || isOpaque(segment)
}

/** The kinds that the segment at `index` may be the id of, by the literal ones before it. */
export function kindsInPath(segments: readonly string[], index: number): readonly string[] {
  const kinds: string[] = []
  for (let at = index - 1; at >= Math.max(0, index - 2); at--) {
    const segment = segments[at]!
    if (isPathValue(segment)) break
    const kind = toKind(segment)
    if (kind !== '') kinds.push(kind)
  }
  return kinds
}

/** The kind that a request target as a whole speaks of: that of its last literal segment. */
export function kindOfTarget(target: string): string {
  const path = target.slice(pathStart(target), pathEnd(target))
  const segments = path.split('/', 64)
  for (let at = segments.length - 1; at >= 0; at--) {
    const segment = segments[at]!
    if (segment === '' || isPathValue(segment)) continue
    return toKind(segment.replace(/\.\w{2,5}$/, ''))
  }
  return kindOfPath
}

/** The path with `{}` for every segment that names one entity, and without query. */
export function maskPath(target: string): string {
  const segments = target.slice(pathStart(target), pathEnd(target)).split('/', 64)
  return segments.map((segment) => (isPathValue(segment) ? '{}' : segment)).join('/')
}

/** Of a target, so much is shown. */
const routeBytesMax = 512

/** Method and path for people, as `GET /orders/{}`. */
export function toRoute(method: string, target: string): string {
  return `${method} ${maskPath(target.slice(0, routeBytesMax))}`
}

/** Where the path of a target or URL begins. */
export function pathStart(target: string): number {
  if (target.startsWith('/')) return 0
  const scheme = target.indexOf('://')
  const slash = scheme < 0 ? -1 : target.indexOf('/', scheme + 3)
  if (scheme < 0) return 0
  return slash < 0 ? target.length : slash
}

/** Where the path of a target or URL ends: at its query or fragment. */
export function pathEnd(target: string): number {
  const end = target.search(/[?#]/)
  return end < 0 ? target.length : end
}

/** The kinds that a leaf with an id's name may be the id of. */
export function kindsInJson(scanner: JsonScanner, ownKind: string): readonly string[] {
  if (ownKind !== '') return [ownKind]
  const { path } = scanner
  let level = scanner.depth - 1
  while (level >= 0 && typeof path[level] !== 'string') level--
  for (level--; level >= 0; level--) {
    const step = path[level]!
    if (typeof step !== 'string') continue
    const kind = toKind(step)
    return wrappers.has(kind) ? [kind, kindOfPath] : [kind]
  }
  return [kindOfPath]
}
