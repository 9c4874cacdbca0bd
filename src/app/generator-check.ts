// Tries the generator against a sink of its own before a search, so that an answer can say how far
// it is from what the generator could send.
import { planProbe, readCeiling } from '../capacity/generator-probe.ts'
import type { RecordedTraffic } from '../capacity/recorded-traffic.ts'
import type { GeneratorCeiling } from '../model/capacity.ts'
import type { Micros } from '../model/message.ts'
import type { World } from '../model/world.ts'
import { AnswerReader } from './answer-reader.ts'
import { type LoadGenerator, playTrial } from './capacity-trial.ts'

export interface GeneratorCheck {
  readonly world: World
  readonly traffic: RecordedTraffic
  /** Sends to the sink. */
  readonly generator: LoadGenerator
  /** Requests a second that are asked of each lane. */
  readonly ratePerLane: number
  readonly duration: Micros
}

/** Of it, this much is for threads to warm up. */
const warmupShare = 0.5

/** Null where the sink answered nothing. */
export async function checkGenerator(check: GeneratorCheck): Promise<GeneratorCeiling | null> {
  const { world, traffic, generator, ratePerLane, duration } = check
  const rate = ratePerLane * generator.lanes
  const plan = planProbe(traffic, { rate, duration, warmup: duration * warmupShare })
  const { log, now } = await playTrial(generator, plan, {
    ...{ world, grace: 0, answers: new AnswerReader(traffic) },
    // What is still waiting then says nothing more.
    look: ({ elapsed }) => elapsed >= duration,
  })
  return readCeiling(plan, log, now)
}
