// Why answers differ, known and not guessed: two more instances are asked, of which one is the
// candidate but for its bugs, and one production but for its data, each with its twin's chance and
// time. What then differs between twins has one cause alone.
import type { Asked, ShopExchange } from './drive.ts'
import { parseAnswer } from './http.ts'
import { findPlaces } from './places.ts'

export type Twin = 'candidateSound' | 'productionDrifted'

/** Places as `Place.where` has them, with the causes of a difference there. */
export interface Truth {
  /** The candidate would answer otherwise without its bugs. */
  readonly bug: ReadonlySet<string>
  /** Production would answer otherwise with pre-production's data. */
  readonly drift: ReadonlySet<string>
  /** The same release with the same data answers otherwise. */
  readonly noise: ReadonlySet<string>
}

/** Of the answers of production and candidate to one request; latencies are not looked at. */
export function tellTruth({ production, others }: ShopExchange<Twin | 'candidate'>): Truth {
  const { candidate, candidateSound, productionDrifted } = others
  return {
    bug: compare(candidateSound, candidate),
    drift: compare(production, productionDrifted),
    noise: compare(productionDrifted, candidateSound),
  }
}

const nowhere: ReadonlySet<string> = new Set()

function compare(one: Asked, other: Asked): ReadonlySet<string> {
  if (Buffer.compare(one.response, other.response) === 0) return nowhere
  return findPlaces(parseAnswer(one.response), parseAnswer(other.response))
}
