// The differences of two whole answers: status, headers, and body.
import type { DifferenceKind, ValueClass } from '../model/comparison.ts'
import type { CanonicalAnswer } from './canonical-answer.ts'
import { DifferenceFinder, type FinderOptions, type FoundDifference } from './difference-finder.ts'
import {
  connectionHeaders,
  isCompared,
  isOfPlatform,
  isOfTransport,
  isValidator,
  readHeaderValue,
} from './header-values.ts'
import { hashOf } from './node.ts'
import { judgePair, type PairContext } from './noise-rules.ts'
import { cut } from './short-text.ts'
import { classOf } from './value-class.ts'

export interface AnswerComparison {
  readonly found: readonly FoundDifference[]
  readonly omitted: number
}

export interface AnswerOptions {
  readonly context: PairContext
  readonly isUnordered: (pattern: string) => boolean
  readonly differencesMax: number
  /** Lower-case names of headers that are compared in full beside the usual ones. */
  readonly headers: ReadonlySet<string>
}

const nothing: AnswerComparison = { found: [], omitted: 0 }

/** Finds all; where one answer is an error and the other none, what follows from that is left. */
export function compareAnswers(
  from: CanonicalAnswer,
  to: CanonicalAnswer,
  options: AnswerOptions,
): AnswerComparison {
  if (isSameBytes(from.payload, to.payload))
    return isWhole(from) ? nothing : compareBodies(from, to, options)
  const statusFrom = from.head?.status ?? 0
  const statusTo = to.head?.status ?? 0
  const found: FoundDifference[] = []
  if (statusFrom !== statusTo) {
    found.push(plain('status', 'status', String(statusFrom), String(statusTo), 'integer'))
  }
  found.push(...compareHeaders(from, to, options))
  if (Math.floor(statusFrom / 100) !== Math.floor(statusTo / 100)) return { found, omitted: 0 }
  const body = compareBodies(from, to, options)
  if (found.length === 0) return body
  return { found: [...found, ...body.found], omitted: body.omitted }
}

function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && Buffer.compare(a, b) === 0)
}

function isWhole(answer: CanonicalAnswer): boolean {
  return answer.decoded().defect === null
}

/** A difference that no rule explains. */
export function plain(
  path: string,
  kind: DifferenceKind,
  from: string | null,
  to: string | null,
  valueClass: ValueClass,
): FoundDifference {
  return {
    path,
    at: path,
    kind,
    from: from === null ? null : cut(from),
    to: to === null ? null : cut(to),
    fromClass: from === null ? 'absent' : valueClass,
    toClass: to === null ? 'absent' : valueClass,
    rule: null,
    holds: false,
    evident: false,
    toHash: to === null ? 0 : hashOf(to),
  }
}

function compareHeaders(
  from: CanonicalAnswer,
  to: CanonicalAnswer,
  options: AnswerOptions,
): readonly FoundDifference[] {
  const here = from.head?.fields
  const there = to.head?.fields
  if (here === undefined || there === undefined) return []
  const found: FoundDifference[] = []
  const hasBodies = from.decoded().bytes.length > 0 || to.decoded().bytes.length > 0
  for (const [name, value] of here) {
    if (isLeftOut(name, hasBodies)) continue
    const other = there.get(name)
    if (other === value) continue
    if (other === undefined) {
      found.push(presence(name, value, null, options.context))
    } else if (isCompared(name) || options.headers.has(name)) {
      found.push(...compareHeader(name, value, other, options))
    } else found.push(hint(name, value, other, options.context))
  }
  for (const [name, value] of there) {
    if (isLeftOut(name, hasBodies) || here.has(name)) continue
    found.push(presence(name, null, value, options.context))
  }
  return found
}

/** Before production stand other servers than before the baseline and the candidate. */
function presence(
  name: string,
  from: string | null,
  to: string | null,
  context: PairContext,
): FoundDifference {
  const kind = to === null ? 'header-missing' : 'header-extra'
  const difference = plain(`header.${name}`, kind, from, to, 'text')
  if (context.sharesData || !isOfPlatform(name, from ?? to ?? '')) return difference
  return { ...difference, rule: 'header', holds: true, evident: true }
}

function isLeftOut(name: string, hasBodies: boolean): boolean {
  return connectionHeaders.has(name) || (name === 'content-length' && hasBodies)
}

function compareHeader(
  name: string,
  from: string,
  to: string,
  options: AnswerOptions,
): readonly FoundDifference[] {
  const finder = new DifferenceFinder(`header.${name}`, { ...options, isMarkup: false })
  finder.compare(readHeaderValue(name, from), readHeaderValue(name, to))
  return finder.found.map((difference) => {
    const kind = headerKinds[difference.kind] ?? 'header'
    // Each server names itself; both have to, or none.
    const isOrigin = difference.path === 'header.location.origin' && kind === 'header'
    const rule = isOrigin ? 'header' : difference.rule
    return {
      ...difference,
      kind,
      rule,
      holds: isOrigin || difference.holds,
      evident: isOrigin || difference.evident,
    }
  })
}

const headerKinds: Readonly<Partial<Record<DifferenceKind, DifferenceKind>>> = {
  missing: 'header-missing',
  extra: 'header-extra',
  'element-missing': 'header-missing',
  'element-extra': 'header-extra',
}

/** A header that is not compared in full: words have to be equal, the rest only to be there. */
function hint(name: string, from: string, to: string, context: PairContext): FoundDifference {
  const told = plain(`header.${name}`, 'header', from, to, 'text')
  // Every answer has them otherwise, and nobody asks what they are.
  if (isOfTransport(name) || isValidator(name)) {
    return { ...told, rule: 'header', holds: true, evident: true }
  }
  const difference = { ...told, fromClass: classOf(from), toClass: classOf(to) }
  if (name === 'content-length') return difference
  if (!isPlain(from) || !isPlain(to)) {
    // Asked of servers with the same data, a number that is always the same has to stay so.
    return { ...difference, rule: 'header', holds: true, evident: !context.sharesData }
  }
  const ruling = judgePair(from, to, [name], context)
  return { ...difference, ...(ruling ?? { rule: 'header', holds: false, evident: true }) }
}

const plainClasses: ReadonlySet<ValueClass> = new Set(['word', 'text', 'version', 'empty'])

/** Words, and lists of them; what has parameters is negotiated rather than said. */
function isPlain(value: string): boolean {
  return plainClasses.has(classOf(value)) && !value.includes(';')
}

function compareBodies(
  from: CanonicalAnswer,
  to: CanonicalAnswer,
  options: AnswerOptions,
): AnswerComparison {
  const found: FoundDifference[] = []
  const [here, there] = [from.decoded(), to.decoded()]
  if (here.codings !== there.codings) {
    found.push(plain('body', 'encoding', here.codings || 'none', there.codings || 'none', 'word'))
  }
  const isSame =
    here.defect === null && there.defect === null && isSameBytes(here.bytes, there.bytes)
  const isSameType = from.head?.fields.get('content-type') === to.head?.fields.get('content-type')
  if (isSame && isSameType) return { found, omitted: 0 }
  const [bodyFrom, bodyTo] = [from.body(), to.body()]
  const defects = compareDefects(bodyFrom.defect, bodyTo.defect)
  found.push(...defects)
  if (defects.length > 0 && (bodyFrom.defect === null || bodyTo.defect === null)) {
    return { found, omitted: 0 }
  }
  const isEmpty = bodyFrom.format === 'empty' || bodyTo.format === 'empty'
  if (bodyFrom.format !== bodyTo.format && !isEmpty) {
    found.push(plain('body', 'type', bodyFrom.format, bodyTo.format, 'word'))
    return { found, omitted: 0 }
  }
  const isMarkup = bodyFrom.format === 'html' || bodyFrom.format === 'xml'
  const finderOptions: FinderOptions = { ...options, isMarkup }
  const finder = new DifferenceFinder('$', finderOptions)
  finder.compare(bodyFrom.root, bodyTo.root)
  return { found: [...found, ...finder.found], omitted: finder.omitted }
}

type Defect = CanonicalAnswer['decoded'] extends () => { readonly defect: infer D } ? D : never

function compareDefects(from: Defect, to: Defect): readonly FoundDifference[] {
  if (from === null && to === null) return []
  const isLarge = from?.kind === 'truncated' || to?.kind === 'truncated'
  const kind = isLarge ? 'truncated' : 'malformed'
  const difference = plain('body', kind, from?.what ?? 'whole', to?.what ?? 'whole', 'text')
  if (from?.what !== to?.what) return [difference]
  // What was not read to its end is never equal, but may have the same length and digest.
  return isLarge ? [{ ...difference, rule: 'hash', holds: true, evident: true }] : []
}
