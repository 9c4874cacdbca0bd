// Brings together what belongs to one request: production's answer and those of the targets, which
// come at different times and in any order.
import type { AnsweredExchange, Role, RoleAnswer } from '../../model/comparison.ts'
import type { ExchangeId, Message, Micros } from '../../model/message.ts'
import type { Outcome } from '../../model/outcome.ts'
import { SessionFinder } from './session-finder.ts'

export interface ExchangeJoinerOptions {
  /** The role of each output, by its name. */
  readonly roles: ReadonlyMap<string, Exclude<Role, 'production'>>
  /** Whether a request is put to the baseline a second time; that answer is waited for, too. */
  readonly isAskedTwice: (request: Message) => boolean
  /** Production's answers are captured; else they are waited for once one was seen. */
  readonly hasProduction: boolean
  /** An exchange is given with what is there after this long. */
  readonly waitMax: Micros
  /** For what waits; beyond, the oldest is given up and counted. */
  readonly waitingBytesMax: number
}

/** All answers to one request; its endpoint is found later. */
export interface JoinedExchange extends Omit<AnsweredExchange, 'endpoint'> {
  readonly orphan: boolean
}

export interface JoinerCounts {
  /** Given up for want of memory. */
  readonly shed: number
  /** Given without an answer that was waited for. */
  readonly incomplete: number
}

interface Waiting {
  readonly request: Message
  readonly since: Micros
  readonly answers: Partial<Record<Role, RoleAnswer>>
  readonly sent: Partial<Record<Role, Message>>
  readonly session: string
  readonly orphan: boolean
  bytes: number
}

const overheadBytes = 500

export class ExchangeJoiner {
  readonly #options: ExchangeJoinerOptions
  readonly #sessions = new SessionFinder()
  /** In the order in which their requests came. */
  readonly #waiting = new Map<ExchangeId, Waiting>()
  /** Who was asked, but for a second time. */
  readonly #asked: readonly Role[]
  #hasProduction: boolean
  #bytes = 0
  #shed = 0
  #incomplete = 0
  #done: JoinedExchange[] = []

  constructor(options: ExchangeJoinerOptions) {
    this.#options = options
    this.#hasProduction = options.hasProduction
    this.#asked = [...options.roles.values()].filter((role) => role !== 'baseline2')
  }

  /** Requests and production's responses, as they are captured. */
  captured(batch: readonly Message[], now: Micros): void {
    for (const message of batch) {
      if (message.copy !== undefined || message.raw === true) continue
      if (message.kind === 'request') this.#open(message, now)
      if (message.kind === 'response') this.#respond(message)
    }
  }

  /** What came of a request at a target; those of other outputs are passed over. */
  outcome(outcome: Outcome): void {
    const target = outcome.kind === 'answered' ? outcome.response.target : outcome.target
    const role = this.#options.roles.get(target ?? '')
    if (role === undefined) return
    const waiting = this.#waiting.get(outcome.request.id)
    if (waiting === undefined) return
    const answer: RoleAnswer =
      outcome.kind === 'answered'
        ? { kind: 'answered', response: outcome.response }
        : { kind: 'failed', reason: outcome.reason }
    this.#answer(waiting, role, answer)
  }

  /** How a target got the request, where values were put in for it. */
  sent(target: string, request: Message): void {
    const role = this.#options.roles.get(target)
    const waiting = role === undefined ? undefined : this.#waiting.get(request.id)
    if (role !== undefined && waiting !== undefined) waiting.sent[role] = request
  }

  /** Exchanges that are complete, or have waited long enough. */
  take(now: Micros): readonly JoinedExchange[] {
    for (const waiting of this.#waiting.values()) {
      if (waiting.since > now - this.#options.waitMax) break
      this.#incomplete += 1
      this.#give(waiting)
    }
    const done = this.#done
    this.#done = []
    return done
  }

  /** Nothing more will come: gives what waits. */
  finish(): readonly JoinedExchange[] {
    return this.take(Number.POSITIVE_INFINITY)
  }

  isEmpty(): boolean {
    return this.#waiting.size === 0 && this.#done.length === 0
  }

  counts(): JoinerCounts {
    return { shed: this.#shed, incomplete: this.#incomplete }
  }

  #open(request: Message, now: Micros): void {
    const found = this.#sessions.find(request)
    const bytes = request.payload.length + overheadBytes
    const waiting = { request, since: now, answers: {}, sent: {}, ...found, bytes }
    this.#waiting.set(request.id, waiting)
    this.#bytes += bytes
    for (const oldest of this.#waiting.values()) {
      if (this.#bytes <= this.#options.waitingBytesMax) break
      this.#forget(oldest)
      this.#shed += 1
    }
  }

  #respond(response: Message): void {
    this.#hasProduction = true
    this.#sessions.observe(response)
    const waiting = this.#waiting.get(response.id)
    if (waiting !== undefined) this.#answer(waiting, 'production', { kind: 'answered', response })
  }

  #answer(waiting: Waiting, role: Role, answer: RoleAnswer): void {
    waiting.answers[role] = answer
    const bytes = answer.kind === 'answered' ? answer.response.payload.length : 0
    waiting.bytes += bytes
    this.#bytes += bytes
    if (this.#isComplete(waiting)) this.#give(waiting)
  }

  #isComplete({ answers, request }: Waiting): boolean {
    if (this.#hasProduction && answers.production === undefined) return false
    if (!this.#asked.every((role) => answers[role] !== undefined)) return false
    return answers.baseline2 !== undefined || !this.#options.isAskedTwice(request)
  }

  #give(waiting: Waiting): void {
    this.#forget(waiting)
    const { request, answers, sent, session, orphan } = waiting
    this.#done.push({ request, answers, sent, session, orphan })
  }

  #forget(waiting: Waiting): void {
    this.#waiting.delete(waiting.request.id)
    this.#bytes -= waiting.bytes
  }
}
