// Which whole exchanges are kept to be looked at: a few for each way in which answers of an
// endpoint differ. The first ones stay, so that findings can point to them; of the others each is
// as likely as another (Vitter's algorithm R).
import type { ExchangeComparison } from '../../model/comparison.ts'
import { isChange } from '../judge/path-counter.ts'
import { isOfDelivery } from '../weight.ts'

export interface KeepDecision {
  /** The group that the exchange is an example of. */
  readonly signature: string
  /** Its place among the group's examples, from 0; what was there before is replaced. */
  readonly slot: number
  /** Nothing will replace it. */
  readonly stays: boolean
}

/** Examples of one group, and of answers that do not differ. */
const perGroupMax = 10
const perSameMax = 3
/** Of them, so many are the first ones. */
const firstMax = 3
/** Groups of a run; exchanges of further ones are not kept. */
const groupsMax = 20_000

export class ExampleReservoir {
  readonly #random: () => number
  readonly #seen = new Map<string, number>()

  constructor(random: () => number) {
    this.#random = random
  }

  /** Null where the exchange is not kept. */
  offer(comparison: ExchangeComparison): KeepDecision | null {
    const signature = `${comparison.endpoint} ${describeDifferences(comparison)}`
    const seen = this.#seen.get(signature) ?? 0
    if (seen === 0 && this.#seen.size >= groupsMax) return null
    this.#seen.set(signature, seen + 1)
    const most = comparison.label === 'same' ? perSameMax : perGroupMax
    const slot = seen < most ? seen : firstMax + Math.floor(this.#random() * (seen + 1 - firstMax))
    return slot < most ? { signature, slot, stays: slot < firstMax } : null
  }
}

const placesMax = 8

/** The places that differ, without values: equal for exchanges that differ alike. */
function describeDifferences({ label, attributions }: ExchangeComparison): string {
  const changed = attributions.filter(isChange)
  const shown = changed.length > 0 ? changed : attributions.filter((one) => !isOfDelivery(one))
  const places = new Set(shown.map(({ kind, path }) => `${kind} ${path}`))
  return [changed.length > 0 ? 'changed' : label, ...[...places].sort().slice(0, placesMax)].join(
    '; ',
  )
}
