// Plays loads to a `SlotService` in virtual time, as a generator that is never the limit.
import type { LoadGenerator } from '../src/app/capacity-trial.ts'
import { countLateness } from '../src/capacity/trial-log.ts'
import type { SlotService } from './slot-service.ts'
import type { SimWorld } from './world.ts'

const step = 20_000

function createAnswer(status: number, body: string): Uint8Array {
  const type = 'Content-Type: application/json'
  const head = `HTTP/1.1 ${status} X\r\n${type}\r\nContent-Length: ${body.length}\r\n\r\n`
  return Buffer.from(head + body, 'latin1')
}

export interface SlotGeneratorOptions {
  readonly world: SimWorld
  readonly service: SlotService
  /** Requests a second that the generator itself can send; beyond, it is late. */
  readonly perSecondMax?: number
}

export function createSlotGenerator(options: SlotGeneratorOptions): LoadGenerator {
  const { world, service, perSecondMax = Number.POSITIVE_INFINITY } = options
  return {
    lanes: 1,
    play: async ({ plan, log, startsAt }, stop, onAnswer) => {
      let event = 0
      let freeAt = 0
      while (!stop.aborted) {
        const now = world.now()
        for (; event < plan.count; event++) {
          const due = startsAt + plan.offset[event]!
          const sentAt = Math.max(due, freeAt)
          if (sentAt > now) break
          freeAt = sentAt + 1e6 / perSecondMax
          countLateness(log, sentAt - due)
          const own = event
          service.offer(sentAt, (at, status, body) => {
            if (stop.aborted) return
            log.fromDue[own] = at - due
            log.service[own] = at - sentAt
            if (body === null) log.shape[own] = status
            log.state[own] = status
            const isLooked = plan.looked[own] === 1 && body !== null
            if (isLooked) onAnswer({ event: own, at, payload: createAnswer(status, body) })
          })
        }
        service.advance(now)
        await world.sleep(step)
      }
    },
  }
}
