// Rate limiting without the double burst at the edge of a fixed window: a token comes back one
// second after it was taken, so that no second sees more than there are, and what comes in bursts
// below the rate passes whole.

/** More are handed out in groups, whose tokens come back together with the last. */
const slotsMax = 65_536

/** At most `perSecond` tokens, or the next whole number, in any second. */
export class TokenBucket {
  readonly #period: number
  readonly #groupMax: number
  /** When the last token of each group was taken, in a ring. */
  readonly #takenAt: Float64Array
  #slot = 0
  /** Of the group at hand. */
  #taken = 0

  constructor(perSecond: number) {
    const tokens = Math.max(1, Math.ceil(perSecond))
    this.#period = (tokens / perSecond) * 1e6
    this.#groupMax = Math.ceil(tokens / slotsMax)
    const slots = Math.floor(tokens / this.#groupMax)
    this.#takenAt = new Float64Array(slots).fill(Number.NEGATIVE_INFINITY)
  }

  /** Takes one token at `now` (microseconds); false where none is left. */
  take(now: number): boolean {
    // Half a microsecond absorbs the rounding of rates that do not divide a million.
    if (this.#taken === 0 && now < this.#takenAt[this.#slot]! + this.#period - 0.5) return false
    this.#takenAt[this.#slot] = Math.max(now, this.#takenAt[this.#slot]!)
    this.#taken += 1
    if (this.#taken === this.#groupMax) {
      this.#taken = 0
      this.#slot = (this.#slot + 1) % this.#takenAt.length
    }
    return true
  }
}
