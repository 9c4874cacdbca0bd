// How often a difference is put down to its true cause, which the shop knows from its twins.
import { createCast, type Role, type Scenario } from '../../shop/cast.ts'
import { type Truth, type Twin, tellTruth } from '../../shop/truth.ts'
import { SessionFinder } from '../../src/compare/join/session-finder.ts'
import type { Attribution } from '../../src/model/comparison.ts'
import type { ExchangeId } from '../../src/model/message.ts'
import { type BenchMode, createRun, toJoined } from './shop-judge.ts'
import { isAt } from './shop-places.ts'

type Cause = keyof Truth

export interface AttributionAccuracy {
  readonly right: number
  readonly all: number
  /** `true cause → told cause`, of those that are wrong. */
  readonly wrong: ReadonlyMap<string, number>
}

/** With production alone, so sure at least it must be that the release is to blame. */
const confidenceMin = 0.6

export function measureAttribution(scenario: Scenario, mode: BenchMode): AttributionAccuracy {
  const cast = createCast(scenario)
  const run = createRun(scenario.seed)
  const sessions = new SessionFinder()
  const truths = new Map<ExchangeId, Truth>()
  const wrong = new Map<string, number>()
  let right = 0
  let all = 0
  const settle = (compared: ReturnType<typeof run.push>) => {
    for (const { comparison } of compared) {
      const truth = truths.get(comparison.exchange)!
      truths.delete(comparison.exchange)
      for (const attribution of comparison.attributions) {
        const told = causeOf(attribution, mode)
        const causes = trueCauses(attribution.path, truth)
        // Two answers of the baseline differ by chance where the shop's twins happen to agree.
        if (causes.length === 0 && told === 'noise') continue
        all += 1
        if (causes.includes(told)) right += 1
        else {
          const key = `${causes.join(' and ') || 'nothing'} → ${told}`
          wrong.set(key, (wrong.get(key) ?? 0) + 1)
        }
      }
    }
  }
  for (const exchange of cast.playWithTruth()) {
    const joined = toJoined(
      exchange satisfies { others: Record<Role | Twin, unknown> },
      sessions,
      mode,
    )
    truths.set(joined.request.id, tellTruth(exchange))
    settle(run.push(joined))
  }
  settle(run.finish())
  return { right, all, wrong }
}

function causeOf({ label, confidence }: Attribution, mode: BenchMode): Cause {
  if (label === 'unstable') return 'noise'
  if (label === 'drift' || label === 'same') return 'drift'
  // Without a baseline a changed value is advice: the release or the data, as sure as is told.
  return mode === 'production' && confidence < confidenceMin ? 'drift' : 'bug'
}

/** Where the status differs the shop looks at nothing else: all follows from that. */
function trueCauses(path: string, truth: Truth): readonly Cause[] {
  return (['bug', 'drift', 'noise'] as const).filter((cause) =>
    [...truth[cause]].some((place) => place === 'status' || isAt(path, place) || isAt(place, path)),
  )
}
