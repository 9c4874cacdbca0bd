// GoReplay's HTTP flags: which requests pass, and what is changed in them, in GoReplay's order.
import { fnv1a } from '../base/hash.ts'
import type { Message } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import { type EditableRequest, readEditableRequest } from '../protocol/http1/editable-request.ts'
import { readParameter, setParameter } from './query-parameters.ts'
import { compilePattern, createReplacer, toOctets } from './re2-pattern.ts'

/** The flags' values as the operator wrote them. */
export interface HttpRuleFlags {
  readonly 'http-allow-method'?: readonly string[]
  readonly 'http-set-header'?: readonly string[]
  readonly 'http-set-param'?: readonly string[]
  readonly 'http-allow-url'?: readonly string[]
  readonly 'http-disallow-url'?: readonly string[]
  readonly 'http-allow-header'?: readonly string[]
  readonly 'http-disallow-header'?: readonly string[]
  readonly 'http-basic-auth-filter'?: readonly string[]
  readonly 'http-header-limiter'?: readonly string[]
  readonly 'http-param-limiter'?: readonly string[]
  readonly 'http-rewrite-url'?: readonly string[]
  readonly 'http-rewrite-header'?: readonly string[]
}

/** The request, changed or not, or null where a rule keeps it out; other messages pass. */
export type HttpStage = (message: Message) => Message | null

/** Null where no flag is given; a rule that cannot be read is an operator error. */
export function parseHttpRules(flags: HttpRuleFlags): HttpStage | null {
  const rules = readRules(flags)
  if (rules.length === 0) return null
  return (message) => {
    if (message.kind !== 'request') return message
    const request = readEditableRequest(message.payload)
    if (request === null) return message
    for (const rule of rules) if (!rule(request)) return null
    const payload = request.bytes()
    return payload === message.payload ? message : { ...message, payload }
  }
}

/** Whether the rules give every request a Host of their own, which outputs then leave alone. */
export function setsHost(flags: HttpRuleFlags): boolean {
  return (flags['http-set-header'] ?? []).some((text) => /^\s*host\s*:/i.test(text))
}

/** Reads the request and may change it; false keeps it out. */
type Rule = (request: EditableRequest) => boolean
type Flag = keyof HttpRuleFlags

/** In GoReplay's order: what is set is seen by the filters, and only what passes is rewritten. */
function readRules(flags: HttpRuleFlags): readonly Rule[] {
  const read = (flag: Flag, readRule: (text: string, flag: Flag) => Rule) =>
    (flags[flag] ?? []).map((text) => readRule(text, flag))
  return [
    ...anyOf(read('http-allow-method', readMethodRule)),
    ...read('http-set-header', readHeaderSetter),
    ...read('http-set-param', readParameterSetter),
    ...anyOf(read('http-allow-url', readUrlFilter)),
    ...read('http-disallow-url', readUrlFilter).map(negate),
    ...read('http-allow-header', readHeaderFilter),
    ...read('http-disallow-header', readHeaderFilter).map(negate),
    ...read('http-basic-auth-filter', readBasicAuthFilter),
    ...read('http-header-limiter', readHeaderLimiter),
    ...read('http-param-limiter', readParameterLimiter),
    ...firstOf(read('http-rewrite-url', readUrlRewrite)),
    ...read('http-rewrite-header', readHeaderRewrite),
  ]
}

function anyOf(rules: readonly Rule[]): readonly Rule[] {
  return rules.length === 0 ? [] : [(request) => rules.some((rule) => rule(request))]
}

/** Tries the rules until one says that it applied; keeps nothing out. */
function firstOf(rules: readonly Rule[]): readonly Rule[] {
  const any = anyOf(rules)
  return any.map((rule) => (request) => rule(request) || true)
}

function negate(rule: Rule): Rule {
  return (request) => !rule(request)
}

function readMethodRule(text: string, flag: Flag): Rule {
  const method = text.toUpperCase()
  if (!/^[!#$%&'*+.^`|~\w-]+$/.test(method)) throw badRule(text, flag, 'GET')
  return (request) => request.method() === method
}

/** Fields that say where the body ends; with another value the request would be cut or run on. */
const framingFields = /^(content-length|transfer-encoding)$/i

function readHeaderSetter(text: string, flag: Flag): Rule {
  const { name, rest } = readHeader(text, flag, 'Name: value')
  if (/[\r\n\0]/.test(rest)) throw badRule(text, flag, 'Name: value, on one line')
  const value = toOctets(rest)
  return (request) => {
    request.setField(name, value)
    return true
  }
}

function readParameterSetter(text: string, flag: Flag): Rule {
  const match = /^([^=&#\s]+)=([^&#\s]*)$/.exec(text)
  if (match === null) throw badRule(text, flag, 'name=value, percent-encoded')
  const name = toOctets(match[1]!)
  const value = toOctets(match[2]!)
  return (request) => {
    request.setTarget(setParameter(request.target(), name, value))
    return true
  }
}

function readUrlFilter(text: string, flag: Flag): Rule {
  const pattern = readPattern(text, flag, text)
  return (request) => pattern.test(request.target())
}

function readHeaderFilter(text: string, flag: Flag): Rule {
  const { name, rest } = splitName(text, flag, 'Name: pattern')
  const pattern = readPattern(text, flag, rest)
  return (request) => {
    const value = request.field(name)
    return value !== null && pattern.test(value)
  }
}

function readBasicAuthFilter(text: string, flag: Flag): Rule {
  const pattern = readPattern(text, flag, text)
  return (request) => {
    const credentials = /^basic +(.*)$/i.exec(request.field('authorization') ?? '')?.[1]
    if (credentials === undefined) return true
    return pattern.test(Buffer.from(credentials, 'base64').toString('latin1'))
  }
}

function readHeaderLimiter(text: string, flag: Flag): Rule {
  const { name, rest } = splitName(text, flag, 'Name: 25%')
  const percent = readPercent(text, flag, rest)
  return (request) => isWithin(percent, request.field(name))
}

function readParameterLimiter(text: string, flag: Flag): Rule {
  const match = /^([^:=&#\s]+):(.*)$/.exec(text)
  if (match === null) throw badRule(text, flag, 'name:25%')
  const name = toOctets(match[1]!)
  const percent = readPercent(text, flag, match[2]!)
  return (request) => isWithin(percent, readParameter(request.target(), name))
}

/** A request without the value passes. */
function isWithin(percent: number, value: string | null): boolean {
  return value === null || fnv1a(value) % 100 < percent
}

/** Says whether it applied. */
function readUrlRewrite(text: string, flag: Flag): Rule {
  // Of the colons in a pattern, those of groups and classes are told from the one that ends it.
  const match =
    /^((?:\\[\s\S]|\(\?\w*:|\[\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\\\]])*\]|[^\\:[])+):(\S*)$/.exec(
      text,
    )
  if (match === null)
    throw badRule(text, flag, 'pattern:replacement, a colon in the pattern as \\:')
  const replace = readReplacer(text, flag, match[1]!, match[2]!)
  return (request) => {
    const target = replace(request.target())
    if (target !== null) request.setTarget(target)
    return target !== null
  }
}

function readHeaderRewrite(text: string, flag: Flag): Rule {
  const form = 'Name: pattern,replacement'
  const { name, rest } = readHeader(text, flag, form)
  const comma = rest.indexOf(',')
  if (comma < 0 || /[\r\n\0]/.test(rest)) throw badRule(text, flag, form)
  const replace = readReplacer(text, flag, rest.slice(0, comma), rest.slice(comma + 1))
  return (request) => {
    const before = request.field(name)
    const value = before === null ? null : replace(before)
    if (value !== null) request.setField(name, value)
    return true
  }
}

interface NamedRule {
  readonly name: string
  readonly rest: string
}

/** As `splitName`, for a header that may be changed. */
function readHeader(text: string, flag: Flag, form: string): NamedRule {
  const rule = splitName(text, flag, form)
  if (!framingFields.test(rule.name)) return rule
  throw new OperatorError(
    'bad-rule',
    `--${flag} cannot change ${rule.name}: bodies stay as they were captured`,
    'leave it out',
  )
}

function splitName(text: string, flag: Flag, form: string): NamedRule {
  const match = /^\s*([!#$%&'*+.^`|~\w-]+)\s*:\s*([\s\S]*)$/.exec(text)
  if (match === null) throw badRule(text, flag, form)
  return { name: match[1]!, rest: match[2]! }
}

/** `25%`, or GoReplay's older `1/4`. */
function readPercent(text: string, flag: Flag, share: string): number {
  const match = /^\s*(\d+)(?:%|\/(\d+))\s*$/.exec(share)
  const numerator = Number(match?.[1])
  const percent = match?.[2] === undefined ? numerator : (numerator * 100) / Number(match[2])
  if (percent >= 0 && percent <= 100) return Math.floor(percent)
  throw badRule(text, flag, 'name:25%')
}

function readPattern(text: string, flag: Flag, pattern: string): RegExp {
  return asOperator(text, flag, () => compilePattern(pattern))
}

function readReplacer(text: string, flag: Flag, pattern: string, replacement: string) {
  return asOperator(text, flag, () => createReplacer(pattern, replacement))
}

function asOperator<T>(text: string, flag: Flag, compile: () => T): T {
  try {
    return compile()
  } catch (error) {
    throw new OperatorError(
      'bad-pattern',
      `--${flag} '${text}' holds no regular expression: ${(error as Error).message}`,
      'write RE2 syntax, such as ^/api/v[0-9]+/ or (?i)mobile',
    )
  }
}

function badRule(text: string, flag: Flag, form: string): OperatorError {
  return new OperatorError('bad-rule', `cannot read --${flag} '${text}'`, `write ${form}`)
}
