// What gave way first at the lowest load that broke the target: one endpoint, or all alike.
import type { EndpointLoad, GaveWay, TrialSummary } from '../model/capacity.ts'

/** Requests of an endpoint that are enough to judge it by. */
const offeredMin = 10

/** An endpoint stands out where its share of bad requests is so much above that of the others. */
const standsOut = 1.5

/** Null where nothing broke, or where it broke at 1 × already and there is nothing to compare. */
export function findGaveWay(trials: readonly TrialSummary[]): GaveWay | null {
  const normal = trials.find(({ kind, verdict }) => kind === 'first' && verdict === 'holds')
  const broken = trials.filter(({ verdict }) => verdict === 'breaks')
  const lowest = broken.reduce<TrialSummary | null>(
    (found, trial) => (found === null || trial.level < found.level ? trial : found),
    null,
  )
  if (lowest === null) return null
  const before = normal ?? lowest
  return {
    endpoint: findEndpoint(before.endpoints, lowest),
    reasons: lowest.reasons,
    level: lowest.level,
    p99: [before.fromDue.p99, lowest.fromDue.p99],
    errors: [errorShare(before), errorShare(lowest)],
  }
}

function errorShare({ errors, offered }: TrialSummary): number {
  return errors / Math.max(1, offered)
}

/** The one whose share of slow and failed requests grew most. */
function findEndpoint(before: readonly EndpointLoad[], broken: TrialSummary): string | null {
  const shares = new Map(before.map((load) => [load.endpoint, badShare(load)]))
  const grown = broken.endpoints
    .filter(({ offered }) => offered >= offeredMin)
    .map((load) => ({
      endpoint: load.endpoint,
      growth: badShare(load) - (shares.get(load.endpoint) ?? 0),
    }))
    .sort((a, b) => b.growth - a.growth)
  const [first] = grown
  if (first === undefined || first.growth <= 0) return null
  const others = broken.endpoints.filter(
    ({ endpoint, offered }) => endpoint !== first.endpoint && offered >= offeredMin,
  )
  return first.growth > standsOut * badOf(others) ? first.endpoint : null
}

function badShare(load: EndpointLoad): number {
  return badOf([load])
}

function badOf(loads: readonly EndpointLoad[]): number {
  const offered = loads.reduce((sum, load) => sum + load.offered, 0)
  return loads.reduce((sum, load) => sum + load.slow, 0) / Math.max(1, offered)
}
