// Services whose capacity is known by construction, and searches for it.
import type { SimulatedSearch } from './capacity-run.ts'
import { plainService, type SlotServiceOptions } from './slot-service.ts'

/** Requests a second that all of them bear. */
export const perSecondTrue = 400

const eight = { ...plainService, slots: 8, serviceTime: 20_000 }

export const knownServices: Readonly<Record<string, SlotServiceOptions>> = {
  'slots with a fixed service time': eight,
  'a queue': { ...eight, queueMax: 40 },
  'a metastable mode': { ...eight, slowFrom: 150 },
  'a rate limit': { ...eight, slots: 100, rate: { perSecond: perSecondTrue, burst: 40 } },
}

/** Normal traffic is such that the service bears `truth` times as much. */
export function searchFor(service: SlotServiceOptions, truth: number): SimulatedSearch {
  const visits = { perSecond: perSecondTrue / truth, seconds: 300 }
  return { visits, service, slo: 'p99<300ms,errors<1%' }
}
