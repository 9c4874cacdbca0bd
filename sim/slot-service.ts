// A service whose capacity is known by construction: so many slots, each busy for a fixed time with
// one request. Answers are computed in virtual time, request by request.
import type { Micros } from '../src/model/message.ts'

export interface SlotServiceOptions {
  readonly slots: number
  /** For which a request keeps a slot. */
  readonly serviceTime: Micros
  /** Requests that may wait for a slot; further ones are answered 503 at once. */
  readonly queueMax: number
  /** With so many waiting everything takes twice as long, until nothing is left; null: never. */
  readonly slowFrom: number | null
  /** As nginx's limit_req with nodelay: so many a second, and a burst; then 503. Null: no limit. */
  readonly rate: { readonly perSecond: number; readonly burst: number } | null
  /** Share of the answers that are wrong, though quick, while requests wait. */
  readonly wrongWhenBusy: number
  /** What they say; null: nothing, and what is wrong has status 204. */
  readonly bodies: SlotBodies | null
}

export interface SlotBodies {
  /** Of a request that came at that time. */
  readonly usual: (at: Micros) => string
  /** With status 200. */
  readonly wrong: string
}

export const plainService: Pick<
  SlotServiceOptions,
  'queueMax' | 'slowFrom' | 'rate' | 'wrongWhenBusy' | 'bodies'
> = {
  queueMax: Number.POSITIVE_INFINITY,
  slowFrom: null,
  rate: null,
  wrongWhenBusy: 0,
  bodies: null,
}

type Answer = (at: Micros, status: number, body: string | null) => void

/** To be offered requests in order of time. */
export class SlotService {
  readonly #options: SlotServiceOptions
  readonly #busy: { until: Micros; answer: () => void }[] = []
  readonly #waiting: Answer[] = []
  #waitingFrom = 0
  #isSlow = false
  #excess = 0
  #lastAt: Micros = 0

  constructor(options: SlotServiceOptions) {
    this.#options = options
  }

  offer(at: Micros, answer: Answer): void {
    this.advance(at)
    const { slots, queueMax, slowFrom, rate } = this.#options
    if (rate !== null) {
      const leaked = ((at - this.#lastAt) * rate.perSecond) / 1e6
      const excess = Math.max(0, this.#excess - leaked) + 1
      this.#lastAt = at
      if (excess > rate.burst + 1) {
        answer(at, 503, null)
        return
      }
      this.#excess = excess
    }
    if (this.#busy.length < slots) this.#begin(at, answer)
    else if (this.#length() >= queueMax) answer(at, 503, null)
    else this.#waiting.push(answer)
    if (slowFrom !== null && this.#length() >= slowFrom) this.#isSlow = true
  }

  /** Answers what is done by `now`. */
  advance(now: Micros): void {
    for (;;) {
      const first = this.#busy[0]
      if (first === undefined || first.until > now) return
      this.#busy.shift()
      first.answer()
      if (this.#length() > 0) this.#begin(first.until, this.#waiting[this.#waitingFrom++]!)
      else if (this.#busy.length === 0) this.#isSlow = false
      if (this.#waitingFrom > 10_000) {
        this.#waiting.splice(0, this.#waitingFrom)
        this.#waitingFrom = 0
      }
    }
  }

  #length(): number {
    return this.#waiting.length - this.#waitingFrom
  }

  #begin(at: Micros, answer: Answer): void {
    const { serviceTime, wrongWhenBusy, bodies } = this.#options
    const until = at + (this.#isSlow ? 2 : 1) * serviceTime
    const isWrong = this.#length() > 0 && Math.abs(Math.sin(at)) < wrongWhenBusy
    const status = isWrong && bodies === null ? 204 : 200
    const body = bodies === null ? null : isWrong ? bodies.wrong : bodies.usual(at)
    const one = { until, answer: () => answer(until, status, body) }
    let index = this.#busy.length
    while (index > 0 && this.#busy[index - 1]!.until > until) index--
    this.#busy.splice(index, 0, one)
  }
}
