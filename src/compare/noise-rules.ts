// Which weaker check applies to two values that differ, and whether it holds. A rule never makes a
// difference vanish: it is listed with its rule, and one that does not hold counts in full.
import type { NoiseRule } from '../model/comparison.ts'
import type { Micros } from '../model/message.ts'
import { type AliasTable, domainOf, toDomain } from './alias-table.ts'
import { isNumber, type Node, type NumberNode } from './node.ts'
import {
  isSameFormat,
  readTimestamp,
  readUnixTime,
  relateTimes,
  type Timestamp,
} from './timestamp.ts'
import { classOf, isCountKey, isIdentifier, isIdKey, isTimeKey } from './value-class.ts'

/** What is known of the two answers beside their values. */
export interface PairContext {
  readonly atFrom: Micros
  readonly atTo: Micros
  /** Whether both servers read the same data, so that what is stored has to be equal. */
  readonly sharesData: boolean
  readonly aliases: AliasTable
  /** What the endpoint is about, as `users`: whose `id` stands outermost. */
  readonly resource: string
  /** Whether the request may have created something on both servers, under identifiers of each. */
  readonly creates: boolean
  /** What an identifier of the one request is in the other one; undefined: not in the request. */
  readonly expected: (domain: string, identifier: string) => string | undefined
  /** What each server calls itself in what it answers; empty where that is not known. */
  readonly hostFrom: string
  readonly hostTo: string
}

export interface Ruling {
  readonly rule: NoiseRule
  readonly holds: boolean
  /** Whether the two values alone prove that the rule applies, whatever other answers say. */
  readonly evident: boolean
}

type Path = readonly (string | number)[]

/** The rule for two unequal values of one type; null where they have to be equal. */
export function judgePair(from: Node, to: Node, path: Path, context: PairContext): Ruling | null {
  if (isNumber(from) && isNumber(to)) return judgeNumbers(from, to, path, context)
  if (typeof from !== 'string' || typeof to !== 'string') return null
  if (from === '' || to === '' || from.length > textLengthMax || to.length > textLengthMax) {
    return null
  }
  return judgeTexts(from, to, path, context)
}

/** Longer texts are compared as they are. */
const textLengthMax = 16_384

function judgeNumbers(
  from: number | NumberNode,
  to: number | NumberNode,
  path: Path,
  context: PairContext,
): Ruling | null {
  const [a, b] = [textOf(from), textOf(to)]
  const key = nameOf(path)
  if (isTimeKey(key)) {
    const times = judgeTimes(readUnixTime(a), readUnixTime(b), context)
    if (times !== null) return times
  }
  const isFloat = classOf(from) === 'float' || classOf(to) === 'float'
  if (isFloat) return isNearlyEqual(Number(a), Number(b)) ? evident('float') : null
  if (isIdKey(key)) return judgeIdentifier(path, a, b, context)
  if (!context.sharesData && isCountKey(key)) {
    const [left, right] = [Number(a), Number(b)]
    return { rule: 'count', holds: Math.sign(left) === Math.sign(right), evident: true }
  }
  return null
}

/** What an identifier at that place is called in the other answer, if that is known. */
export function findAlias(
  identifier: string,
  path: Path,
  context: PairContext,
): string | undefined {
  const domains = [domainOf(path, context.resource), anyDomain]
  for (const domain of domains) {
    const alias = context.expected(domain, identifier) ?? context.aliases.find(domain, identifier)
    if (alias !== undefined) return alias
  }
  return undefined
}

function textOf(node: number | NumberNode): string {
  return typeof node === 'number' ? String(node) : node.text
}

const floatTolerance = 1e-9

function isNearlyEqual(a: number, b: number): boolean {
  return Math.abs(a - b) <= floatTolerance * Math.max(Math.abs(a), Math.abs(b))
}

function evident(rule: NoiseRule): Ruling {
  return { rule, holds: true, evident: true }
}

function nameOf(path: Path): string {
  for (let index = path.length - 1; index >= 0; index--) {
    const part = path[index]!
    if (typeof part === 'string') return part
  }
  return ''
}

function judgeTimes(a: Timestamp | null, b: Timestamp | null, context: PairContext): Ruling | null {
  if (a === null || b === null) return null
  const { atFrom, atTo, sharesData } = context
  const relation = relateTimes(a, b, atFrom, atTo)
  // Servers with the same data that are asked at the same time tell the same day.
  const isDay = sharesData && Math.max(a.step, b.step) >= dayMicros
  const isExpected = isDay ? false : relation === 'as-far' || (relation === 'other' && !sharesData)
  return { rule: 'timestamp', holds: isSameFormat(a, b) && isExpected, evident: true }
}

const dayMicros = 86_400_000_000

/**
 * One identifier for another: the request's where it stands there, and else the same pair through
 * all of the run. Where both servers read the same data, only what a request created may differ.
 */
function judgeAlias(domain: string, from: string, to: string, context: PairContext): Ruling | null {
  const expected = context.expected(domain, from)
  if (expected !== undefined) return { rule: 'alias', holds: expected === to, evident: true }
  const relation = context.aliases.relate(domain, from, to)
  if (relation !== 'new') return { rule: 'alias', holds: relation === 'known', evident: true }
  const isRandom = domain === anyDomain
  if (context.sharesData && !context.creates && !isRandom) return null
  context.aliases.learn(domain, from, to)
  return { rule: 'alias', holds: true, evident: !context.sharesData || !isRandom }
}

/** By the name of what holds it, else by what was asked for: `items` of `/orders` are orders. */
function judgeIdentifier(
  path: Path,
  from: string,
  to: string,
  context: PairContext,
): Ruling | null {
  const ruling = judgeAlias(domainOf(path, context.resource), from, to, context)
  const resource = toDomain(context.resource)
  if (ruling !== null || resource === anyDomain) return ruling
  return context.aliases.relate(resource, from, to) === 'known' ? evident('alias') : null
}

/** Identifiers that are told by their text alone, so that they are unique over all kinds. */
const anyDomain = ''

function judgeTexts(from: string, to: string, path: Path, context: PairContext): Ruling | null {
  const { hostFrom, hostTo } = context
  if (hostFrom !== hostTo && hostFrom !== '' && hostTo !== '' && from.includes(hostFrom)) {
    const moved = from.replaceAll(hostFrom, hostTo)
    if (moved === to) return evident('text')
    if (moved !== from && moved !== to)
      return judgeTexts(moved, to, path, { ...context, hostFrom: '' })
  }
  const key = nameOf(path)
  if (path.some((part) => typeof part === 'string' && noncePattern.test(part))) {
    return { rule: 'opaque', holds: isAsLong(from, to), evident: true }
  }
  const whole = judgeToken(from, to, '', context)
  if (isIdKey(key) && whole?.rule !== 'uuid' && isName(from) && isName(to)) {
    return judgeIdentifier(path, from, to, context)
  }
  if (whole !== null) return whole
  if (isTimeKey(key) && isDigits(from) && isDigits(to)) {
    return judgeTimes(readUnixTime(from), readUnixTime(to), context)
  }
  return judgeTokens(from, to, context)
}

/** Made anew for every answer, against forged requests or injected scripts. */
const noncePattern = /csrf|xsrf|nonce|authenticity_token|RequestVerification|VIEWSTATE/i

function isAsLong(from: string, to: string): boolean {
  return Math.abs(from.length - to.length) <= Math.min(from.length, to.length)
}

function isDigits(text: string): boolean {
  return /^\d{1,19}$/.test(text)
}

/** What can name something where an identifier is expected: digits, or a token that is no word. */
function isName(text: string): boolean {
  if (isDigits(text)) return true
  return /^[\w.~%:=+/-]{6,256}$/.test(text) && /\d|[a-z][A-Z]/.test(text)
}

/** Kinds that are told by the token alone; null where the two have to be equal. */
function judgeToken(from: string, to: string, before: string, context: PairContext): Ruling | null {
  const times = judgeTimes(readTimestamp(from), readTimestamp(to), context)
  if (times !== null) return times
  const kind = classOf(from)
  const isAlike = kind === classOf(to)
  if (kind === 'uuid' && isAlike) return judgeRandom('uuid', from, to, context)
  if (kind === 'hash' && isAlike) {
    return { rule: 'hash', holds: shapeOf(from) === shapeOf(to), evident: false }
  }
  if (kind === 'opaque' && isAlike) return judgeRandom('opaque', from, to, context)
  if (isIdentifier(from) && isIdentifier(to)) return judgeAlias(anyDomain, from, to, context)
  if (before !== '' && isDigits(from) && isDigits(to)) {
    return judgeAlias(toDomain(before), from, to, context)
  }
  return null
}

/** Values that nobody guesses: the same form; and where one comes again, so does the other. */
function judgeRandom(
  rule: 'uuid' | 'opaque',
  from: string,
  to: string,
  context: PairContext,
): Ruling {
  const alias = judgeAlias(anyDomain, from, to, context)
  if (alias !== null && (!alias.holds || (alias.evident && context.sharesData))) return alias
  const holds = rule === 'uuid' ? shapeOf(from) === shapeOf(to) : isAsLong(from, to)
  return { rule, holds, evident: !context.sharesData }
}

/** Whether letters are upper or lower case, how many there are, and what stands between. */
function shapeOf(text: string): string {
  const letters = /[A-F]/.test(text) ? 'upper' : 'lower'
  return letters + text.replace(/[0-9a-f]/gi, '0')
}

/** A time of ISO 8601 is one token, although it holds colons. */
const tokenPattern =
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|[\p{L}\p{N}_.~%+-]+/gu
const subtokenPattern = /[\p{L}\p{N}]+/gu
const tokensMax = 2_000

/** The same text around tokens that are each equal, or held to a rule. */
function judgeTokens(from: string, to: string, context: PairContext): Ruling | null {
  const [here, there] = [from.match(tokenPattern) ?? [], to.match(tokenPattern) ?? []]
  if (here.length !== there.length || here.length > tokensMax) return null
  if (from.replace(tokenPattern, '0') !== to.replace(tokenPattern, '0')) return null
  const isLocation = from.includes('/')
  const rulings: Ruling[] = []
  for (let index = 0; index < here.length; index++) {
    const [token, other] = [here[index]!, there[index]!]
    if (token === other) continue
    const before = isLocation ? (here[index - 1] ?? '') : ''
    const ruling =
      judgeToken(token, other, before, context) ?? judgeSubtokens(token, other, context)
    if (ruling === null) return null
    rulings.push(ruling)
  }
  return join(rulings, here.length)
}

function judgeSubtokens(from: string, to: string, context: PairContext): Ruling | null {
  const [here, there] = [from.match(subtokenPattern) ?? [], to.match(subtokenPattern) ?? []]
  if (here.length !== there.length || here.length < 2) return null
  if (from.replace(subtokenPattern, '0') !== to.replace(subtokenPattern, '0')) return null
  const rulings: Ruling[] = []
  for (let index = 0; index < here.length; index++) {
    if (here[index] === there[index]) continue
    const ruling = judgeToken(here[index]!, there[index]!, '', context)
    if (ruling === null) return null
    rulings.push(ruling)
  }
  return join(rulings, here.length)
}

/** What a text is held to whose differing tokens are held to `rulings`. */
function join(rulings: readonly Ruling[], tokens: number): Ruling | null {
  const [first] = rulings
  if (first === undefined) return null
  const broken = rulings.find((ruling) => !ruling.holds)
  if (broken !== undefined) return broken
  const isOne = rulings.every((ruling) => ruling.rule === first.rule)
  return {
    rule: isOne && (tokens === 1 || first.rule === 'alias') ? first.rule : 'text',
    holds: true,
    evident: rulings.every((ruling) => ruling.evident),
  }
}
