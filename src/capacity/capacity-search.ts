// Which load to try next: double until the target breaks, bisect on a logarithmic scale, confirm
// with long trials. After MLRsearch (IETF draft-ietf-bmwg-mlrsearch): several short trials a load.
import type { CapacityKind, TrialVerdict } from '../model/capacity.ts'

export interface SearchOptions {
  /** Times normal that are tried at most. */
  readonly levelMax: number
  /** The bracket is narrowed to this, as a share. */
  readonly precision: number
  /** Long trials that have to hold, one after the other. */
  readonly longTrials: number
}

export interface SearchStep {
  readonly kind: 'first' | 'short' | 'long'
  readonly level: number
}

/** What the search knows so far: it held at the first and broke at the second. */
export interface SearchBracket {
  readonly held: number
  readonly broke: number | null
}

export interface TrialOutcome {
  readonly verdict: TrialVerdict
  /** So far from the limit that one trial says enough. */
  readonly clear: boolean
}

/** The same verdict so often decides on a load. */
const majority = 2

const stepDown = 0.95

/** Told the verdict of every step, it says the next one, until `next` is null. */
export class CapacitySearch {
  readonly #options: SearchOptions
  #phase: 'first' | 'double' | 'bisect' | 'long' | 'done' = 'first'
  #level = 1
  #held = 0
  #broke: number | null = null
  /** What ended it at `#broke`. */
  #brokeBy: 'breaks' | 'limited' = 'breaks'
  #votes: Record<TrialVerdict, number> = { holds: 0, breaks: 0, limited: 0 }
  #confirmed = 0

  constructor(options: SearchOptions) {
    this.#options = options
  }

  /** Null when there is no more to try. */
  next(): SearchStep | null {
    switch (this.#phase) {
      case 'done':
        return null
      case 'first':
        return { kind: 'first', level: 1 }
      case 'long':
        return { kind: 'long', level: this.#level }
      default:
        return { kind: 'short', level: this.#level }
    }
  }

  record({ verdict, clear }: TrialOutcome): void {
    if (this.#phase === 'long') this.#recordLong(verdict)
    else this.#recordShort(verdict, clear)
  }

  bracket(): SearchBracket {
    return { held: this.#held, broke: this.#broke }
  }

  /** What the trials so far come to. */
  result(): { readonly kind: CapacityKind; readonly confirmed: number } & SearchBracket {
    const bracket = this.bracket()
    const confirmed = this.#confirmed
    if (this.#held === 0) {
      const kind = this.#brokeBy === 'limited' ? 'generator-bound' : 'none'
      return { kind, confirmed, ...bracket }
    }
    if (this.#broke === null) return { kind: 'at-least', confirmed, ...bracket }
    const kind = this.#brokeBy === 'limited' ? 'generator-bound' : 'bears'
    return { kind, confirmed, ...bracket }
  }

  #recordShort(verdict: TrialVerdict, clear: boolean): void {
    this.#votes[verdict] += 1
    const votes = this.#votes[verdict]
    const all = this.#votes.holds + this.#votes.breaks + this.#votes.limited
    if (!clear && votes < majority && all < 2 * majority - 1) return
    // Three that all differ: the middle one, for the generator may have been at fault.
    this.#decide(clear || votes >= majority ? verdict : 'limited')
  }

  #decide(verdict: TrialVerdict): void {
    this.#votes = { holds: 0, breaks: 0, limited: 0 }
    if (verdict === 'holds') this.#held = this.#level
    else {
      this.#broke = this.#level
      this.#brokeBy = verdict
    }
    const { levelMax, precision } = this.#options
    if (this.#held === 0) this.#phase = 'done'
    else if (this.#broke === null && this.#held >= levelMax) this.#confirm()
    else if (this.#broke === null) {
      this.#phase = 'double'
      this.#level = Math.min(levelMax, this.#held * 2)
    } else if (this.#broke / this.#held <= 1 + precision) this.#confirm()
    else {
      this.#phase = 'bisect'
      this.#level = Math.sqrt(this.#held * this.#broke)
    }
  }

  #confirm(): void {
    this.#phase = this.#options.longTrials > 0 ? 'long' : 'done'
    this.#level = this.#held
  }

  #recordLong(verdict: TrialVerdict): void {
    if (verdict === 'holds') {
      this.#confirmed += 1
      if (this.#confirmed >= this.#options.longTrials) this.#phase = 'done'
      return
    }
    this.#confirmed = 0
    this.#broke = this.#level
    this.#brokeBy = verdict
    if (this.#level === 1) {
      this.#held = 0
      this.#phase = 'done'
      return
    }
    this.#held = Math.max(1, this.#level * stepDown)
    this.#level = this.#held
  }
}
