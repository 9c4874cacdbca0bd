// Requests as the operations of an OpenAPI document would get them, with the form of their answers.
import { fnv1a } from '../../src/base/hash.ts'
import { createRandom } from '../../src/base/seeded-random.ts'

export interface ApiRequest {
  readonly method: string
  readonly path: string
  /** As the endpoint learner has it. */
  readonly form: string
  /** The operation's number: the truth. */
  readonly operation: number
}

export interface ApiTraffic {
  readonly operations: number
  readonly requests: readonly ApiRequest[]
}

type Json = Readonly<Record<string, unknown>>
type Random = () => number
type MakeValue = () => string

interface Operation {
  readonly method: string
  readonly path: string
  readonly parameters: readonly Json[]
  readonly form: string
}

const operationsMin = 5
const requestsPerOperation = 39
/** Some operations are asked for far more than others (Zipf's law). */
const popularity = 0.7

/** Null for a document with too few operations to be of use. */
export function createApiTraffic(name: string, document: unknown): ApiTraffic | null {
  const operations = readOperations(asJson(document))
  if (operations.length < operationsMin) return null
  const random = createRandom(fnv1a(name))
  const makers = new Map<string, MakeValue>()
  const ranked = operations.map((_, index) => ({ index, rank: fnv1a(`${name}${index}`) }))
  ranked.sort((a, b) => a.rank - b.rank)
  const choose = createChoice(
    ranked.map((_, rank) => (1 + rank) ** -popularity),
    random,
  )
  const requests = Array.from({ length: operations.length * requestsPerOperation }, () => {
    const index = ranked[choose()]!.index
    const { method, path, parameters, form } = operations[index]!
    const filled = path.replace(/\{([^{}]+)\}/g, (found, parameter: string, offset: number) => {
      // A parameter has the same values wherever the path before it is the same.
      const key = `${path.slice(0, offset)}${found}`
      const maker = makers.get(key) ?? createMaker(key, parameter, parameters, random)
      makers.set(key, maker)
      return encodeURIComponent(maker())
    })
    return { method, path: filled, form, operation: index }
  })
  return { operations: operations.length, requests }
}

function createChoice(weights: readonly number[], random: Random): () => number {
  let sum = 0
  const sums = weights.map((weight) => {
    sum += weight
    return sum
  })
  return () => {
    const drawn = random() * sum
    const found = sums.findIndex((limit) => limit >= drawn)
    return found < 0 ? sums.length - 1 : found
  }
}

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options']

function readOperations(document: Json): readonly Operation[] {
  return Object.entries(asJson(document.paths)).flatMap(([path, unresolved]) => {
    const item = resolve(document, unresolved)
    if (!path.startsWith('/') || /[?#]/.test(path)) return []
    return methods.flatMap((method) => {
      if (item[method] === undefined) return []
      const operation = resolve(document, item[method])
      const parameters = [...asArray(item.parameters), ...asArray(operation.parameters)]
        .map((parameter) => resolve(document, parameter))
        .filter((parameter) => parameter.in === 'path')
        .map((parameter) => ({ ...parameter, ...resolve(document, parameter.schema) }))
      const form = readForm(document, asJson(operation.responses))
      return [{ method: method.toUpperCase(), path, parameters, form }]
    })
  })
}

function readForm(document: Json, responses: Json): string {
  const status = Object.keys(responses).find((code) => code.startsWith('2')) ?? '200'
  const response = resolve(document, responses[status])
  const content = asJson(response.content)
  const [type] = Object.keys(content)
  const schema = type === undefined ? response.schema : asJson(content[type]).schema
  const shown = type ?? (schema === undefined ? '' : 'application/json')
  return `${status} ${shown} ${readNames(document, schema, 0)}`
}

const schemaDepthMax = 5

function readNames(document: Json, unresolved: unknown, depth: number): string {
  if (depth > schemaDepthMax) return ''
  const schema = resolve(document, unresolved)
  if (Array.isArray(schema.allOf)) {
    const parts = schema.allOf.map((part) => readNames(document, part, depth + 1))
    return [...new Set(parts.join(',').split(','))].filter(Boolean).sort().join(',')
  }
  if (schema.items !== undefined) return `[${readNames(document, schema.items, depth + 1)}]`
  if (schema.properties !== undefined)
    return Object.keys(asJson(schema.properties)).sort().join(',')
  return typeof schema.type === 'string' ? schema.type : ''
}

/** Values of one parameter: a pool of 3 to 200, of which some are used far more than others. */
function createMaker(
  key: string,
  name: string,
  parameters: readonly Json[],
  random: Random,
): MakeValue {
  const parameter = parameters.find((candidate) => candidate.name === name) ?? {}
  const choices = asArray(parameter.enum)
  if (choices.length > 0) return () => String(choices[Math.floor(random() * choices.length)])
  const make = chooseKind(key, name, parameter, random)
  const pool = Array.from({ length: 3 + Math.floor(random() ** 2 * 200) }, make)
  return () => pool[Math.floor(random() ** 1.7 * pool.length)]!
}

function chooseKind(key: string, name: string, parameter: Json, random: Random): MakeValue {
  const { type, format } = parameter
  const integer = () => String(1 + Math.floor(random() * 90_000))
  const word = () => words[Math.floor(random() * words.length)]!
  const draw = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
  const hex = (length: number) => draw('0123456789abcdef', length)
  const uuid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
  const token = () => draw(tokenAlphabet, 10 + Math.floor(random() * 14))
  const slug = () => `${word()}-${word()}`
  const numbered = () => `${word()}${Math.floor(random() * 99)}`
  const date = () => `20${digit(random)}${digit(random)}-0${1 + digit(random)}-1${digit(random)}`
  if (type === 'integer' || type === 'number') return integer
  if (format === 'uuid' || /uuid|guid/i.test(name)) return uuid
  if (String(format).startsWith('date') || /^date|Date$/.test(name)) return date
  const share = (fnv1a(key) % 1_000) / 1_000
  const isId = /id$|Id$|ID$|key|arn|hash|token|sha/.test(name)
  const kinds: readonly (readonly [number, MakeValue])[] = isId
    ? [
        [0.3, integer],
        [0.5, uuid],
        [0.65, () => hex(24)],
        [0.8, token],
        [0.9, slug],
        [1, word],
      ]
    : [
        [0.1, integer],
        [0.2, token],
        [0.5, slug],
        [0.8, word],
        [1, numbered],
      ]
  return kinds.find(([limit]) => share < limit)![1]
}

function digit(random: Random): number {
  return Math.floor(random() * 9)
}

const tokenAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

const words = (
  'alpha amber anchor apple arrow aspen atlas autumn bamboo basil beacon berry birch blossom ' +
  'bridge canyon cedar cherry cinder clover cobalt comet coral cotton crystal daisy dawn ' +
  'delta desert dolphin dragon dusk eagle echo ember falcon fern fjord flint forest fox garnet ' +
  'ginger glacier grove harbor hazel heron hickory hollow indigo iris island ivory jade jasmine ' +
  'kelp lagoon lark laurel lemon lily lotus lunar magnolia maple marble meadow mint ' +
  'moss nectar nova oak oasis ocean olive onyx opal orchid otter pearl pebble pine plum ' +
  'quartz rain raven reef ridge river robin rose ruby sage sand shadow silver sky snow ' +
  'star stone storm summit thistle thunder tulip valley velvet violet walnut wave willow'
).split(' ')

const referencesMax = 6

/** Follows references within the document. */
function resolve(document: Json, value: unknown): Json {
  let found = asJson(value)
  for (let step = 0; typeof found.$ref === 'string' && step < referencesMax; step++) {
    const names = found.$ref.replace(/^#\//, '').split('/')
    found = names.reduce<Json>(
      (at, name) => asJson(at[name.replaceAll('~1', '/').replaceAll('~0', '~')]),
      document,
    )
  }
  return found
}

function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
