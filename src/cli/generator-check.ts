// `--generator-check`: tries the threads that send against a sink of this program's own.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { checkGenerator } from '../app/generator-check.ts'
import { threadEntry } from '../base/thread-entry.ts'
import type { RecordedTraffic } from '../capacity/recorded-traffic.ts'
import type { GeneratorCeiling } from '../model/capacity.ts'
import type { Micros } from '../model/message.ts'
import type { CapacityFlags } from './capacity-flags.ts'
import { createThreadedGenerator } from './capacity-generator.ts'
import { realWorld } from './real-world.ts'

export interface SinkCheck {
  readonly traffic: RecordedTraffic
  readonly flags: CapacityFlags
  readonly lanes: number
  readonly duration: Micros
  /** Production runs on this host: it is not to feel the check. */
  readonly isGentle: boolean
}

/** Near what a thread can send: from how busy that makes it follows what it could. */
const perLane = 60_000
const perLaneGentle = 2_000
/** Of all lanes: each request takes memory. */
const rateMax = 480_000

/** Null where nothing could be found out. */
export async function checkAgainstSink(check: SinkCheck): Promise<GeneratorCeiling | null> {
  const { traffic, flags, lanes, duration, isGentle } = check
  const sink = new Worker(threadEntry('sink-thread', import.meta.url))
  try {
    const [port] = (await once(sink, 'message')) as [number]
    const generator = createThreadedGenerator({
      ...{ traffic, lanes, flags, target: `http://127.0.0.1:${port}` },
      ...{ timeout: duration * 2, connectionsMax: 1_024 },
    })
    try {
      const ratePerLane = Math.min(isGentle ? perLaneGentle : perLane, rateMax / lanes)
      return await checkGenerator({ world: realWorld, traffic, generator, ratePerLane, duration })
    } finally {
      await generator.close()
    }
  } finally {
    await sink.terminate()
  }
}
