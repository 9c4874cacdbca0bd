// The run's end of comparing: joins the answers of each request, hands exchanges to whoever
// compares them, and puts requests to the targets once more where that asks for it.
import { BoundedMap } from '../base/bounded-map.ts'
import {
  ExchangeJoiner,
  type ExchangeJoinerOptions,
  type JoinedExchange,
  type JoinerCounts,
} from '../compare/join/exchange-joiner.ts'
import type { RoleAnswer } from '../model/comparison.ts'
import type { ConnectionId, ExchangeId, Message, Micros } from '../model/message.ts'
import type { Outcome } from '../model/outcome.ts'
import type { RunObserver } from '../model/run-observer.ts'
import type { World } from '../model/world.ts'
import type { OutputRoute } from './dispatch.ts'

/** Who compares, in another thread. */
export interface ExchangeSink {
  exchanges(batch: readonly JoinedExchange[]): void
  /** An answer to a request that was put once more; `id` is that of the first time. */
  reasked(id: ExchangeId, role: 'baseline' | 'candidate', answer: RoleAnswer): void
  /** Resolves when all is compared, and nothing is to be asked again any more. */
  finish(): Promise<void>
}

export interface ComparisonObserverOptions {
  readonly world: World
  readonly joiner: ExchangeJoinerOptions
  readonly sink: ExchangeSink
  /** Whom to ask again: the candidate, and the baselines in turn. */
  readonly candidate: OutputRoute
  readonly baselines: readonly OutputRoute[]
  /** How often each of the two. */
  readonly reaskCount: number
}

/** Requests that may be asked again; what was suspicious before is too old. */
const rememberedMax = 16_384
/** A longer request is not remembered. */
const rememberedBytesMax = 16_384

/** Exchanges on their way to being compared; beyond, whole exchanges are shed and counted. */
const unseenMax = 4_096

export class ComparisonObserver implements RunObserver {
  readonly #options: ComparisonObserverOptions
  readonly #joiner: ExchangeJoiner
  readonly #requests = new BoundedMap<ExchangeId, Message>(rememberedMax)
  /** How many of a request's further answers are to come, by its id. */
  readonly #open = new Map<ExchangeId, number>()
  #unseen = 0
  #shed = 0

  constructor(options: ComparisonObserverOptions) {
    this.#options = options
    this.#joiner = new ExchangeJoiner(options.joiner)
  }

  captured(batch: readonly Message[]): void {
    const now = this.#options.world.now()
    this.#joiner.captured(batch, now)
    for (const message of batch) {
      if (message.kind === 'request' && message.payload.length <= rememberedBytesMax) {
        this.#requests.set(message.id, message)
      }
    }
    this.#pass(now)
  }

  outcome(outcome: Outcome): void {
    const asked = readReask(outcome.request.id)
    if (asked === null) this.#joiner.outcome(outcome)
    else this.#answer(asked.id, asked.role, outcome)
  }

  /** How a target got the request, where values were put in for it. */
  sent(target: string, request: Message): void {
    this.#joiner.sent(target, request)
  }

  tick(now: Micros): void {
    this.#pass(now)
  }

  async finish(): Promise<void> {
    this.#hand(this.#joiner.finish())
    await this.#options.sink.finish()
  }

  /** The comparer has seen so many more of the exchanges that it was handed. */
  seen(count: number): void {
    this.#unseen -= count
  }

  /** Puts the request to both once more, each on a connection of its own. */
  askAgain(id: ExchangeId): void {
    const request = this.#requests.get(id)
    const { candidate, baselines, reaskCount, sink } = this.#options
    if (request === undefined || baselines.length === 0) {
      const failed = { kind: 'failed', reason: 'forgotten' } as const
      for (let time = 0; time < reaskCount; time++) {
        sink.reasked(id, 'baseline', failed)
        sink.reasked(id, 'candidate', failed)
      }
      return
    }
    // Recordings that are played in a loop have the same id again, perhaps before all is answered.
    this.#open.set(id, (this.#open.get(id) ?? 0) + 2 * reaskCount)
    for (let time = 0; time < reaskCount; time++) {
      put(baselines[time % baselines.length]!, createReask(request, 'b', time))
      put(candidate, createReask(request, 'c', time))
    }
  }

  counts(): JoinerCounts {
    const { shed, incomplete } = this.#joiner.counts()
    return { shed: shed + this.#shed, incomplete }
  }

  #pass(now: Micros): void {
    this.#hand(this.#joiner.take(now))
  }

  #hand(batch: readonly JoinedExchange[]): void {
    if (batch.length === 0) return
    const passed = batch.slice(0, Math.max(0, unseenMax - this.#unseen))
    this.#shed += batch.length - passed.length
    this.#unseen += passed.length
    if (passed.length > 0) this.#options.sink.exchanges(passed)
  }

  #answer(id: ExchangeId, role: 'baseline' | 'candidate', outcome: Outcome): void {
    const open = this.#open.get(id)
    if (open === undefined) return
    if (open > 1) this.#open.set(id, open - 1)
    else {
      this.#open.delete(id)
      this.#letGo(id)
    }
    const answer: RoleAnswer =
      outcome.kind === 'answered'
        ? { kind: 'answered', response: outcome.response }
        : { kind: 'failed', reason: outcome.reason }
    this.#options.sink.reasked(id, role, answer)
  }

  /** Closes the connections that asking again has opened. */
  #letGo(id: ExchangeId): void {
    const request = this.#requests.get(id)
    if (request === undefined) return
    const { candidate, baselines, reaskCount } = this.#options
    for (let time = 0; time < reaskCount; time++) {
      baselines[time % baselines.length]?.output.ended?.([reaskConnection(request, 'b', time)])
      candidate.output.ended?.([reaskConnection(request, 'c', time)])
    }
  }
}

/** Beside what was captured: the ledger counts it as a copy. */
function put({ output, account }: OutputRoute, request: Message): void {
  account.amplified(1)
  output.write([request])
}

function createReask(request: Message, role: 'b' | 'c', time: number): Message {
  const { due: _, pipelined: __, ...rest } = request
  const id = `${request.id}/${role}${time}` as ExchangeId
  return { ...rest, id, connection: reaskConnection(request, role, time), sequence: 0 }
}

function reaskConnection(request: Message, role: 'b' | 'c', time: number): ConnectionId {
  return `${request.connection}/${request.sequence}${role}${time}` as ConnectionId
}

const reaskRoles = { b: 'baseline', c: 'candidate' } as const

function readReask(
  id: ExchangeId,
): { readonly id: ExchangeId; readonly role: 'baseline' | 'candidate' } | null {
  const slash = id.lastIndexOf('/')
  const role = slash < 0 ? undefined : reaskRoles[id[slash + 1] as 'b']
  return role === undefined ? null : { id: id.slice(0, slash) as ExchangeId, role }
}
