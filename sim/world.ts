// Virtual time and seeded chance: what happens depends on the seed alone.
import { strict as assert } from 'node:assert'
import { setImmediate as turn } from 'node:timers/promises'
import { createRandom } from '../src/base/seeded-random.ts'
import type { Micros } from '../src/model/message.ts'
import type { World } from '../src/model/world.ts'

interface Event {
  readonly at: Micros
  readonly order: number
  readonly happen: () => void
}

/** A world whose time jumps from event to event. */
export class SimWorld implements World {
  readonly random: () => number
  #now: Micros = 1_700_000_000_000_000
  #order = 0
  readonly #events: Event[] = []

  constructor(seed: number) {
    this.random = createRandom(seed)
  }

  now(): Micros {
    return this.#now
  }

  sleep(duration: Micros): Promise<void> {
    return new Promise((resolve) => this.after(duration, resolve))
  }

  readonly soon = (run: () => void): void => this.after(0, run)

  /** Lets `happen` happen `delay` from now; what is due together keeps its order. */
  after(delay: Micros, happen: () => void): void {
    const event = { at: this.#now + Math.max(0, Math.round(delay)), order: this.#order++, happen }
    let index = this.#events.length
    while (index > 0 && isBefore(event, this.#events[index - 1]!)) index--
    this.#events.splice(index, 0, event)
  }

  /** A whole number from `min` to `max`, both included. */
  pick(min: number, max: number): number {
    return min + Math.floor(this.random() * (max - min + 1))
  }

  /** True with the probability `share`. */
  chance(share: number): boolean {
    return this.random() < share
  }

  /** Runs the world until `work` is done; fails where nothing is left that could finish it. */
  async run(work: Promise<void>): Promise<void> {
    const state: { done: boolean; error: unknown } = { done: false, error: null }
    work.then(
      () => (state.done = true),
      (error: unknown) => {
        state.done = true
        state.error = error
      },
    )
    for (;;) {
      await turn()
      if (state.done) break
      const next = this.#events.shift()
      assert(next !== undefined, 'the simulated world stands still before the work is done')
      this.#now = next.at
      next.happen()
    }
    if (state.error !== null) throw state.error
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
