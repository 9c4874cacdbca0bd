// Connections whose next request is not due yet, or that asked to be woken, and the wake-ups for
// all of them. To wake up takes more processor time than what is then sent: at 1,000 requests a
// second, twice as much. So one wake-up serves what is due at about the same time.
import { IndexedHeap } from '../base/indexed-heap.ts'
import type { Micros } from '../model/message.ts'
import type { World } from '../model/world.ts'
import type { TargetConnection } from './target-connection.ts'

export interface WakePlan {
  /** A request may be sent so long before it is due. */
  readonly earlyMax: Micros
  /** The wake-up for it comes so long behind that moment. */
  readonly gatherTime: Micros
  /** Between two wake-ups at least. */
  readonly pause: Micros
}

/**
 * A quarter of a millisecond behind when the first request is due, and then each three milliseconds
 * at most: where nothing else is late, none is sent more than 1.9 ms off its time. What gets in the
 * way makes requests late, never early, so most of that is left to those that are early. With a
 * pause that is given, wake-ups come before anything is due, for whoever has to be more exact.
 */
export function planWakes(pause?: Micros): WakePlan {
  if (pause !== undefined) return { earlyMax: 1_000, gatherTime: 0, pause }
  return { earlyMax: 1_850, gatherTime: 2_100, pause: 2_000 }
}

/** What is to be woken later is left to the tick, which comes more often. */
const sleepMax: Micros = 300_000

export class SleepingConnections {
  readonly #world: World
  readonly #plan: WakePlan
  readonly #proceed: (connection: TargetConnection, now: Micros) => void
  readonly #sleeping = new IndexedHeap<TargetConnection>()
  /** When the next wake-up comes that was asked of the world. */
  #wakesAt = Number.POSITIVE_INFINITY
  #closed = false

  /** `proceed` hears of each connection whose time has come. */
  constructor(
    world: World,
    plan: WakePlan,
    proceed: (connection: TargetConnection, now: Micros) => void,
  ) {
    this.#world = world
    this.#plan = plan
    this.#proceed = proceed
  }

  /** Sets when the connection is woken, in place of what was set before. */
  wakeAt(connection: TargetConnection, at: Micros): void {
    if (connection.heapIndex >= 0) {
      if (connection.wakeAt === at) return
      this.#sleeping.remove(connection)
    }
    connection.wakeAt = at
    this.#sleeping.add(connection)
    if (at < this.#wakesAt) this.#arm(this.#world.now())
  }

  remove(connection: TargetConnection): void {
    this.#sleeping.remove(connection)
  }

  /** Lets those proceed whose time has come. */
  wake(now: Micros): void {
    if (this.#closed) return
    for (let one = this.#sleeping.first(); one !== null; one = this.#sleeping.first()) {
      if (one.wakeAt > now) break
      this.#sleeping.remove(one)
      this.#proceed(one, now)
    }
    this.#arm(now)
  }

  /** Nothing is woken any more. */
  close(): void {
    this.#closed = true
  }

  /** Asks the world for a wake-up for the first of those that sleep. */
  #arm(now: Micros): void {
    const first = this.#sleeping.first()
    if (this.#closed || first === null) return
    const { gatherTime, pause } = this.#plan
    const isForRequest = first.queue.first()?.sendFrom === first.wakeAt
    const at = Math.max(first.wakeAt + (isForRequest ? gatherTime : 0), now + pause)
    if (at >= this.#wakesAt || at > now + sleepMax) return
    this.#wakesAt = at
    // A sleep that a nearer one has overtaken wakes all the same, and finds nothing to do.
    void this.#world.sleep(at - now).then(() => {
      if (this.#wakesAt === at) this.#wakesAt = Number.POSITIVE_INFINITY
      this.wake(this.#world.now())
    })
  }
}
