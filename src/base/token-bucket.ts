// Rate limiting without the double burst at the edge of a fixed window: the generic cell rate
// algorithm (ITU-T I.371), a token bucket that stores one point in time and sums no fractions.

/** Gives `perSecond` tokens a second, and at most a tenth of that at once after a pause. */
export class TokenBucket {
  readonly #interval: number
  readonly #tolerance: number
  #nextAt = Number.NEGATIVE_INFINITY

  constructor(perSecond: number) {
    this.#interval = 1e6 / perSecond
    const burstMax = Math.max(1, perSecond / 10)
    // Half a microsecond absorbs the rounding of rates that do not divide a million.
    this.#tolerance = (burstMax - 1) * this.#interval + 0.5
  }

  /** Takes one token at `now` (microseconds); false where none is left. */
  take(now: number): boolean {
    if (now < this.#nextAt - this.#tolerance) return false
    this.#nextAt = Math.max(now, this.#nextAt) + this.#interval
    return true
  }
}
