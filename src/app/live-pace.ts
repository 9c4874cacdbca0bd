// When messages that are captured now are due: a constant time behind their capture, so that what
// arrives in batches is sent at the distances it was captured at.
import type { Message, Micros, Source } from '../model/message.ts'
import type { World } from '../model/world.ts'

/** How long the quickest arrival counts; then clocks may have been set. */
const windowLength: Micros = 30_000_000

/**
 * Counts from the quickest arrival: the way of a message through capture and link is longer or
 * shorter, and clocks of two hosts differ, but the quickest one had to wait for nothing.
 */
export class LivePace {
  readonly #delay: Micros
  #quickest = Number.POSITIVE_INFINITY
  #quickestSince = Number.POSITIVE_INFINITY
  #windowEnd: Micros | null = null

  constructor(delay: Micros) {
    this.#delay = delay
  }

  /** When a message that was captured at `at`, and arrived `now`, is due. */
  due(at: Micros, now: Micros): Micros {
    this.#windowEnd ??= now + windowLength
    if (now >= this.#windowEnd) {
      this.#quickest = this.#quickestSince
      this.#quickestSince = Number.POSITIVE_INFINITY
      this.#windowEnd = now + windowLength
    }
    this.#quickest = Math.min(this.#quickest, now - at)
    this.#quickestSince = Math.min(this.#quickestSince, now - at)
    return at + this.#quickest + this.#delay
  }
}

/** The messages of a live source, requests with the time at which they are due. */
export async function* paceLive(
  messages: Source<Message>,
  world: Pick<World, 'now'>,
  delay: Micros,
): Source<Message> {
  const pace = new LivePace(delay)
  for await (const batch of messages) {
    const now = world.now()
    const paced: Message[] = []
    for (const message of batch) {
      const isDue = message.kind === 'request'
      paced.push(isDue ? { ...message, due: pace.due(message.at, now) } : message)
    }
    yield paced
  }
}
