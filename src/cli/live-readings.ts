// Reads of a run that is under way: the thread that compares holds it, and answers by number.

import type { Micros } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { RunReader, SeriesPoint } from '../model/run-store.ts'
import type { RunTally } from '../model/run-tally.ts'
import type { RunReading, ToComparison } from './comparison-thread-protocol.ts'

/** What the console asks for; fails with an operator error where it cannot be read. */
export interface LiveReader extends Pick<RunReader, 'exchanges' | 'findExchanges' | 'lostShare'> {
  /** As of now, which is ahead of what is stored. */
  tally(): Promise<RunTally>
  series(from: Micros): Promise<readonly SeriesPoint[]>
}

/** Beyond so many under way, whoever asks comes later. */
const openMax = 200

export class LiveReadings {
  readonly reader: LiveReader
  readonly #post: (message: ToComparison) => void
  readonly #open = new Map<number, PromiseWithResolvers<unknown>>()
  #number = 0
  #isOver = false

  constructor(post: (message: ToComparison) => void) {
    this.#post = post
    const read = async <T>(reading: RunReading) => (await this.#read(reading)) as T
    this.reader = {
      tally: () => read({ what: 'tally' }),
      lostShare: () => read({ what: 'lost-share' }),
      exchanges: (ids) => read({ what: 'exchanges', ids }),
      findExchanges: (query) => read({ what: 'find-exchanges', query }),
      series: (from) => read({ what: 'series', from }),
    }
  }

  answered(number: number, value: unknown): void {
    const waiting = this.#open.get(number)
    this.#open.delete(number)
    if (value === null) waiting?.reject(unreadable())
    else waiting?.resolve(value)
  }

  /** Nothing is answered any more. */
  end(): void {
    this.#isOver = true
    for (const waiting of this.#open.values()) waiting.reject(unreadable())
    this.#open.clear()
  }

  #read(reading: RunReading): Promise<unknown> {
    if (this.#isOver || this.#open.size >= openMax) throw unreadable()
    this.#number += 1
    const waiting = Promise.withResolvers<unknown>()
    this.#open.set(this.#number, waiting)
    this.#post({ kind: 'read', number: this.#number, reading })
    return waiting.promise
  }
}

function unreadable(): OperatorError {
  return new OperatorError(
    'run-not-readable',
    'the run cannot be read at the moment',
    'try again; when it has ended, look at it with rehearsal console',
  )
}
