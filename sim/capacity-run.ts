// One search for the capacity of a service that is known by construction, in virtual time.
import { type CapacityOptions, measureCapacity } from '../src/app/capacity.ts'
import { parseSlo } from '../src/capacity/slo.ts'
import type { TargetCapacity } from '../src/model/capacity.ts'
import { createVisitTraffic, type VisitOptions } from './recorded-visits.ts'
import { createSlotGenerator } from './slot-generator.ts'
import { SlotService, type SlotServiceOptions } from './slot-service.ts'
import { SimWorld } from './world.ts'

export interface SimulatedSearch {
  readonly visits: VisitOptions
  readonly service: SlotServiceOptions
  readonly slo: string
  readonly perSecondMax?: number
  readonly options?: Partial<CapacityOptions>
}

export interface SearchResult {
  readonly capacity: TargetCapacity
  /** Of the recording, requests a second. */
  readonly normal: number
  /** Virtual time that it took. */
  readonly seconds: number
}

export async function searchCapacity(seed: number, search: SimulatedSearch): Promise<SearchResult> {
  const world = new SimWorld(seed)
  const traffic = createVisitTraffic(world, search.visits)
  const { perSecondMax } = search
  const service = new SlotService(search.service)
  const parts = { world, service, ...(perSecondMax === undefined ? {} : { perSecondMax }) }
  const target = { name: 'candidate', generator: createSlotGenerator(parts) }
  const startedAt = world.now()
  const found: { capacity: TargetCapacity | null } = { capacity: null }
  await world.run(
    measureCapacity({
      ...{ world, traffic, target, slo: parseSlo(search.slo), levelMax: 100, precision: 0.05 },
      ...{ shortTrial: 10e6, longTrial: 40e6, longTrials: 2, timeMax: 900e6 },
      ...{
        amplifyWrites: true,
        compress: false,
        correlates: false,
        stop: new AbortController().signal,
      },
      trouble: () => null,
      onProgress: () => {},
      ...search.options,
    }).then((capacity) => {
      found.capacity = capacity
    }),
  )
  return {
    capacity: found.capacity!,
    normal: (traffic.count / traffic.duration) * 1e6,
    seconds: (world.now() - startedAt) / 1e6,
  }
}
