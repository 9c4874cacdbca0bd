// Reads `--redact`: where the secrets of messages stand.
import { OperatorError } from '../model/operator-error.ts'
import { type JsonPath, parseJsonPath } from './json-path.ts'

export interface RedactionRules {
  /** In lower case, as those of cookies, parameters and fields: some servers take any case. */
  readonly headers: ReadonlySet<string>
  readonly cookies: ReadonlySet<string>
  /** Values of all cookies. */
  readonly allCookies: boolean
  /** Names of parameters, decoded. */
  readonly query: ReadonlySet<string>
  readonly form: ReadonlySet<string>
  readonly json: readonly JsonPath[]
}

export interface Redaction {
  /** What the operator named; null where that is nothing. */
  readonly named: RedactionRules | null
  /** For what is stored or shown: with the defaults, unless `none` was given. */
  readonly stored: RedactionRules | null
}

const defaults = [
  'header:Authorization',
  'header:Proxy-Authorization',
  'header:Cookie',
  'header:Set-Cookie',
]

/** A rule that cannot be read is an operator error. */
export function parseRedaction(texts: readonly string[]): Redaction {
  const named = texts.filter((text) => text !== 'none')
  const stored = named.length < texts.length ? named : [...defaults, ...named]
  return { named: parseRules(named), stored: parseRules(stored) }
}

function parseRules(texts: readonly string[]): RedactionRules | null {
  if (texts.length === 0) return null
  const rules = texts.map(parseRule)
  const names = (kind: string) =>
    rules.filter((rule) => rule.kind === kind).map((rule) => rule.name)
  const lowerCased = (kind: string) => names(kind).map((name) => name.toLowerCase())
  const headers = lowerCased('header')
  const isCookie = (name: string) => name === 'cookie' || name === 'set-cookie'
  return {
    headers: new Set(headers.filter((name) => !isCookie(name))),
    cookies: new Set(lowerCased('cookie')),
    allCookies: headers.some(isCookie),
    query: new Set(lowerCased('query')),
    form: new Set(lowerCased('form')),
    json: names('json').map((name) => parseJsonPath(name) ?? refuse(`json:${name}`)),
  }
}

function parseRule(text: string): { readonly kind: string; readonly name: string } {
  const [, kind, name] = /^(header|cookie|query|form|json):(.+)$/s.exec(text) ?? []
  if (kind === undefined || name === undefined) return refuse(text)
  const isField = kind === 'header' || kind === 'cookie'
  if (isField && !/^[!#$%&'*+.^`|~\w-]+$/.test(name)) return refuse(text)
  if (kind === 'header' && /^(content-length|transfer-encoding)$/i.test(name)) return refuse(text)
  return { kind, name }
}

function refuse(text: string): never {
  throw new OperatorError(
    'bad-redaction',
    `cannot read --redact '${text}'`,
    'write header:Authorization, cookie:sid, query:token, form:password, json:$.user.name or none',
  )
}
