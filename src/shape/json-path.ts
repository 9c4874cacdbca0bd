// A path to values in a JSON text (RFC 9535): `$.user.password`, `$.items[*].card`, `$['a b'][0]`,
// `$..token`. Names are latin1, one character for each octet of UTF-8, as JSON texts are here.
import { toOctets } from './re2-pattern.ts'

/** A name, an index, any of them, or any number of steps. */
type Step = string | number | typeof any | typeof descend

const any: unique symbol = Symbol('*')
const descend: unique symbol = Symbol('..')

export interface JsonPath {
  readonly steps: readonly Step[]
  /** A name that every value there stands under; null where there is none. */
  readonly needle: string | null
}

/** Null where the text is no such path. */
export function parseJsonPath(text: string): JsonPath | null {
  const pattern =
    /\.\.(?=[^.]|\[)|(?:\.|(?<=\.\.))(\*|[^.[\]'"*\s]+)|\[(?:(\*)|(\d+)|'([^']*)'|"([^"]*)")\]/y
  if (!text.startsWith('$')) return null
  const steps: Step[] = []
  pattern.lastIndex = 1
  let end = 1
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [whole, name, star, index, single, double] = match
    if (whole === '..') steps.push(descend)
    else if (name === '*' || star !== undefined) steps.push(any)
    else if (index !== undefined) steps.push(Number(index))
    else steps.push(toOctets(name ?? single ?? double ?? ''))
    end = pattern.lastIndex
  }
  if (end !== text.length || steps.at(-1) === descend) return null
  const needle = steps.findLast((step) => typeof step === 'string') ?? null
  return { steps, needle }
}

/** Whether the value at `path`, of which `depth` steps count, is what the path names, or in it. */
export function isAtPath(
  { steps }: JsonPath,
  path: readonly (string | number)[],
  depth: number,
): boolean {
  return matches(steps, 0, path, 0, depth)
}

function matches(
  steps: readonly Step[],
  index: number,
  path: readonly (string | number)[],
  at: number,
  depth: number,
): boolean {
  if (index === steps.length) return true
  const step = steps[index]!
  if (step === descend) {
    for (let from = at; from < depth; from++) {
      if (matches(steps, index + 1, path, from, depth)) return true
    }
    return false
  }
  if (at >= depth || (step !== any && step !== path[at])) return false
  return matches(steps, index + 1, path, at + 1, depth)
}
