// Which identifier here stands for which there: a bijection per kind of identifier, all through a
// run. What contradicts it is an answer about something else.

export type AliasRelation =
  /** The pair was seen before. */
  | 'known'
  /** Neither of the two was seen before. */
  | 'new'
  /** One of the two stands for another. */
  | 'violated'

/** Two servers' identifiers; holds the pairs learned last, the oldest are forgotten. */
export class AliasTable {
  readonly #pairsMax: number
  readonly #forward = new Map<string, string>()
  readonly #backward = new Map<string, string>()

  constructor(pairsMax: number) {
    this.#pairsMax = pairsMax
  }

  size(): number {
    return this.#forward.size
  }

  /** How `there` goes with `here` among identifiers of that kind; learns nothing. */
  relate(domain: string, here: string, there: string): AliasRelation {
    const expected = this.#forward.get(keyOf(domain, here))
    if (expected !== undefined) return expected === there ? 'known' : 'violated'
    return this.#backward.has(keyOf(domain, there)) ? 'violated' : 'new'
  }

  /** What stands there for `here`, if known. */
  find(domain: string, here: string): string | undefined {
    return this.#forward.get(keyOf(domain, here))
  }

  /** Takes a new pair; one that is known or contradicts what is known changes nothing. */
  learn(domain: string, here: string, there: string): void {
    if (this.relate(domain, here, there) !== 'new') return
    if (this.#forward.size >= this.#pairsMax) this.#forgetOldest()
    this.#forward.set(ownCopy(keyOf(domain, here)), ownCopy(there))
    this.#backward.set(ownCopy(keyOf(domain, there)), ownCopy(here))
  }

  #forgetOldest(): void {
    for (const [key, there] of this.#forward) {
      this.#forward.delete(key)
      this.#backward.delete(keyOf(key.slice(0, key.indexOf(' ')), there))
      return
    }
  }
}

function keyOf(domain: string, identifier: string): string {
  return `${domain} ${identifier}`
}

/** A part of a text keeps the whole text in memory. */
function ownCopy(text: string): string {
  return Buffer.from(text).toString()
}

/**
 * The kind of identifier at a place: by the name of what it identifies, so that `user_id` and the
 * `id` of a `user` are one kind. `path` are the names from the outermost to the innermost.
 */
export function domainOf(path: readonly (string | number)[], resource: string): string {
  const names = path.filter((part): part is string => typeof part === 'string')
  const key = names.at(-1) ?? ''
  const owner = /^(.+?)[_.-]?(ids?|pk|uid|guid|uuid|ref)$/i.exec(key)?.[1]
  if (owner !== undefined && owner !== '') return toDomain(owner)
  const parent = names.at(-2) ?? resource
  return key === 'id' ? toDomain(parent) : `${toDomain(parent)}.${key}`
}

/** Singular and lower case, without what sets words apart. */
export function toDomain(name: string): string {
  const lower = name.toLowerCase().replace(/[^\p{L}\d]/gu, '')
  if (/ies$/.test(lower)) return `${lower.slice(0, -3)}y`
  if (/(ss|us|is)$/.test(lower)) return lower
  return /(ch|sh|x|s)es$/.test(lower) ? lower.slice(0, -2) : lower.replace(/s$/, '')
}
