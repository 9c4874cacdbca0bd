// Diffy's published rule, to be held beside ours: two totals for each field of an endpoint, the raw
// one (baseline against candidate) and the noise (baseline against itself).
import type { ExchangeComparison } from '../../src/model/comparison.ts'

interface FieldCounts {
  raw: number
  noise: number
}

const relativeMin = 0.2
const absoluteMin = 0.0003

export class DiffyRule {
  readonly #fields = new Map<string, FieldCounts>()
  readonly #totals = new Map<string, number>()

  add({ endpoint, attributions }: ExchangeComparison): void {
    this.#totals.set(endpoint, (this.#totals.get(endpoint) ?? 0) + 1)
    const raw = new Set<string>()
    const noise = new Set<string>()
    for (const { path, equal } of attributions) {
      if (equal.candidateBaseline === false) raw.add(path)
      if (equal.baselines === false) noise.add(path)
    }
    for (const path of raw) this.#of(endpoint, path).raw += 1
    for (const path of noise) this.#of(endpoint, path).noise += 1
  }

  /** `endpoint path` of each field that it shows. */
  shown(): readonly string[] {
    return [...this.#fields].flatMap(([key, { raw, noise }]) => {
      const total = this.#totals.get(key.slice(0, key.indexOf('\n')))!
      const isShown =
        raw > noise &&
        (raw - noise) / (raw + noise) > relativeMin &&
        (raw - noise) / total > absoluteMin
      return isShown ? [key.replace('\n', ' ')] : []
    })
  }

  #of(endpoint: string, path: string): FieldCounts {
    const key = `${endpoint}\n${path}`
    const counts = this.#fields.get(key) ?? { raw: 0, noise: 0 }
    this.#fields.set(key, counts)
    return counts
  }
}
