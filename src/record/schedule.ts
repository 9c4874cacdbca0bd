// When a recorded message is due: each by itself against one clock, so that no error adds up.
import type { Micros } from '../model/message.ts'

export interface ScheduleOptions {
  /** When the first message is due. */
  readonly startsAt: Micros
  /** 2 is twice as fast as recorded. */
  readonly speed: number
  /** The longest time between two messages, after `speed`; null: as recorded. */
  readonly waitMax: Micros | null
}

/** Between the rounds of a recording that is repeated. */
const roundGap: Micros = 1_000

/** Keeps the distances of the recording, but for those cut to `waitMax`. */
export class Schedule {
  readonly #speed: number
  /** Recorded time that may pass between two messages. */
  readonly #gapMax: number
  #startsAt: Micros
  #firstAt: Micros | null = null
  #latestAt: Micros = 0
  /** Recorded time that was cut out. */
  #skipped: Micros = 0

  constructor({ startsAt, speed, waitMax }: ScheduleOptions) {
    this.#startsAt = startsAt
    this.#speed = speed
    this.#gapMax = waitMax === null ? Number.POSITIVE_INFINITY : waitMax * speed
  }

  /** When the message recorded at `at` is due; to be asked once for each, in order. */
  due(at: Micros): Micros {
    if (this.#firstAt === null) {
      this.#firstAt = at
      this.#latestAt = at
    }
    this.#skipped += Math.max(0, at - this.#latestAt - this.#gapMax)
    this.#latestAt = Math.max(this.#latestAt, at)
    return this.#dueOf(at)
  }

  /** Begins the recording anew, behind its last message. */
  repeat(): void {
    this.#startsAt = this.#dueOf(this.#latestAt) + roundGap
    this.#firstAt = null
    this.#skipped = 0
  }

  #dueOf(at: Micros): Micros {
    const passed = at - (this.#firstAt ?? at) - this.#skipped
    return this.#startsAt + Math.ceil(passed / this.#speed)
  }
}
