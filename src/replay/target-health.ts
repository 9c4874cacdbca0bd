// Whether a target accepts connections, and when to try one that did not.
import type { Micros } from '../model/message.ts'

/** First pause after a refused connection; each further failure doubles it. */
const pauseMin: Micros = 100_000
const pauseMax: Micros = 2_000_000

/** While a target is down, one connection at a time probes it, at growing intervals. */
export class TargetHealth {
  readonly #random: () => number
  #failures = 0
  #retryAt: Micros = 0
  #probing = false

  constructor(random: () => number) {
    this.#random = random
  }

  isDown(): boolean {
    return this.#failures > 0
  }

  /** True when a connection may be dialled; while down, the caller then holds the one probe. */
  mayDial(now: Micros): boolean {
    if (this.#failures === 0) return true
    if (this.#probing || now < this.#retryAt) return false
    this.#probing = true
    return true
  }

  connected(): void {
    this.#failures = 0
    this.#probing = false
  }

  failed(now: Micros): void {
    this.#probing = false
    // Dials that were under way together fail together, and count as one failure.
    if (this.#failures > 0 && now < this.#retryAt) return
    const pause = Math.min(pauseMax, pauseMin * 2 ** this.#failures)
    this.#failures = Math.min(this.#failures + 1, 16)
    this.#retryAt = now + Math.round(pause * (0.75 + this.#random() / 2))
  }
}
