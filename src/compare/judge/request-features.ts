// What a request and its answer have that others may have too: parameters, fields, words of bodies.
// Findings are held against them: "only where currency=JPY".

export interface FeatureSource {
  /** Path and query. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: Iterable<readonly [name: string, value: string]>
  /** Lower case, without parameters. */
  readonly contentType: string
  /** Decoded; null where there is none, or it is no text. */
  readonly body: string | null
  /** What the baseline (or production) answered, where that is JSON; and its status. */
  readonly answer: string | null
  readonly status: number | null
}

const featuresMax = 48
const valueCharactersMax = 40
const bodyCharactersMax = 64 * 1024
const depthMax = 3

/** Fields that every client has of its own, or that say nothing of what is asked. */
const plainHeaders = new RegExp(
  `^(${[
    'host|user-agent|cookie|authorization|proxy-.*|origin|referer|dnt|from',
    'content-(length|type|encoding|md5)|transfer-encoding|te|trailer|connection|keep-alive',
    'upgrade.*|via|date|age|accept|accept-(encoding|charset)|if-.*|range|expect|pragma',
    'cache-control|x-forwarded-.*|x-real-ip|forwarded|traceparent|tracestate|x-request-id',
    'x-correlation-id|x-rehearsal.*|sec-.*|x-csrf-.*|idempotency-key',
  ].join('|')})$`,
)

/** Fields of which it matters whether they are there. */
const sentHeaders = /^(authorization|cookie|range|if-.*|idempotency-key|origin|content-encoding)$/

/**
 * At most 48 texts such as `query.currency=JPY`, `query.q=(not ASCII)`, `header.x-tenant=acme`,
 * `header.range=(sent)`, `status=404`, `answer.state=paid`.
 */
export function readFeatures(source: FeatureSource): readonly string[] {
  const features = new Set<string>()
  const add = (where: string, name: string, value: string) => {
    const told = where === 'answer' ? value : describe(value)
    if (features.size < featuresMax && isWord(told) && name.length <= valueCharactersMax) {
      features.add(`${where}.${name}=${told}`)
    }
  }
  if (source.status !== null) features.add(`status=${source.status}`)
  const question = source.target.indexOf('?')
  const query = question < 0 ? '' : source.target.slice(question + 1)
  for (const [name, value] of new URLSearchParams(query)) add('query', name, value)
  for (const [name, value] of source.headers) {
    if (sentHeaders.test(name)) features.add(`header.${name}=(sent)`)
    else if (!plainHeaders.test(name)) add('header', name, value)
  }
  const { contentType, body, answer } = source
  if (body !== null && contentType === 'application/x-www-form-urlencoded') {
    for (const [name, value] of new URLSearchParams(body)) add('body', name, value)
  }
  if (body !== null && contentType.endsWith('json')) addJson('body', body, add)
  if (answer !== null) addJson('answer', answer, add)
  return [...features]
}

/** Of values that are no words, what is special about them; else the value itself. */
function describe(value: string): string {
  if (value === '') return '(empty)'
  return /[^\p{ASCII}]/u.test(value) ? '(not ASCII)' : value
}

/** A word, a small number or a truth; identifiers and texts are not shared by chance. */
function isWord(value: string): boolean {
  if (value.startsWith('(')) return value === '(empty)' || value === '(not ASCII)'
  if (value.length === 0 || value.length > valueCharactersMax) return false
  return /^[\p{L}][\p{L}\p{N}_./ -]*$/u.test(value) || /^\d{1,3}$/.test(value)
}

type Add = (where: string, name: string, value: string) => void

function addJson(where: string, text: string, add: Add): void {
  if (text.length > bodyCharactersMax) return
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return
  }
  visit(parsed, '', 0)

  function visit(value: unknown, name: string, depth: number): void {
    if (typeof value === 'object' && value !== null) {
      if (depth === depthMax) return
      // What stands in a list stands for the list.
      if (Array.isArray(value)) for (const each of value.slice(0, 8)) visit(each, name, depth + 1)
      else {
        for (const [key, each] of Object.entries(value)) {
          visit(each, name === '' ? key : `${name}.${key}`, depth + 1)
        }
      }
    } else if (name !== '') add(where, name, String(value))
  }
}
