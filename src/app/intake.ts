// What every message passes before the outputs: its input's limit, the middleware, the HTTP rules,
// the script. What one of them keeps out takes its response along.
import { BoundedMap } from '../base/bounded-map.ts'
import type { SourceAccount, SourceDropReason } from '../model/ledger.ts'
import type { ConnectionId, ExchangeId, Message, Micros } from '../model/message.ts'
import { readEditableRequest } from '../protocol/http1/editable-request.ts'
import { ExchangeLimiter } from '../shape/exchange-limiter.ts'
import type { HttpStage } from '../shape/http-rules.ts'
import type { Limiter } from '../shape/limit.ts'

/** Another program between inputs and outputs, which prints what is to go on. */
export interface MessageFilter {
  /** `pass` hears each message that comes back, with the account that it was given with. */
  start(pass: (batch: readonly Message[], account: SourceAccount) => void): void
  write(batch: readonly Message[], account: SourceAccount): void
  tick(now: Micros): void
  /** Whether nothing more is to be expected from it for now. */
  quiet(now: Micros): boolean
  /** Takes no more, and resolves when all that it still gives has been passed. */
  end(): Promise<void>
}

export interface IntakeOptions {
  readonly middleware: MessageFilter | null
  readonly shape: HttpStage | null
  readonly script: HttpStage | null
  /** Hears what is left, which is then counted as captured; ends of connections among it. */
  readonly onMessages: (batch: readonly Message[]) => void
}

/** Exchanges that were kept out; the response of one that is forgotten passes. */
const fatesMax = 262_144

export class Intake {
  readonly #options: IntakeOptions
  readonly #steps: readonly { readonly reason: SourceDropReason; readonly stage: HttpStage }[]
  /** Why a request was dropped; by connection where another protocol would have followed. */
  readonly #fates = new BoundedMap<ExchangeId | ConnectionId, SourceDropReason>(fatesMax)

  constructor(options: IntakeOptions) {
    const { shape, script } = options
    this.#options = options
    this.#steps = [
      ...(shape === null ? [] : [{ reason: 'filter' as const, stage: shape }]),
      ...(script === null ? [] : [{ reason: 'script' as const, stage: script }]),
    ]
    options.middleware?.start((batch, account) => this.#shape(batch, account))
  }

  /** For one source: takes what it read, or what was replayed. */
  open(
    account: SourceAccount,
    limiter: Limiter | null,
  ): (batch: readonly Message[], now: Micros) => void {
    const limit = limiter === null ? null : new ExchangeLimiter(limiter)
    const { middleware } = this.#options
    return (batch, now) => {
      const passed = limit === null ? batch : limitInput(batch, limit, account, now)
      if (middleware === null) this.#shape(passed, account)
      else middleware.write(passed, account)
    }
  }

  #shape(batch: readonly Message[], account: SourceAccount): void {
    const passed: Message[] = []
    let ends = 0
    for (const message of batch) {
      const shaped = this.#pass(message, account)
      if (shaped !== null) passed.push(shaped)
      if (message.kind === 'closed') ends += 1
    }
    account.captured(passed.length - ends)
    if (passed.length > 0) this.#options.onMessages(passed)
  }

  #pass(message: Message, account: SourceAccount): Message | null {
    const { kind } = message
    if (kind === 'closed') {
      this.#fates.take(message.connection)
      return message
    }
    const isRequest = kind === 'request' && message.raw !== true
    // Of several requests of one id, as GoReplay gives pipelined ones, each has its own fate.
    if (isRequest) this.#fates.take(message.id)
    const fate = this.#fates.get(message.raw === true ? message.connection : message.id)
    if (fate !== undefined && kind !== 'replayed') {
      account.dropped(fate, 1)
      return null
    }
    let shaped = message
    for (const { reason, stage } of this.#steps) {
      const next = stage(shaped)
      if (next === null) {
        account.dropped(reason, 1)
        if (kind === 'request') this.#remember(message, reason)
        return null
      }
      shaped = next
    }
    return shaped
  }

  #remember(request: Message, reason: SourceDropReason): void {
    this.#fates.set(request.id, reason)
    const upgrade = readEditableRequest(request.payload)?.field('upgrade') ?? null
    if (upgrade !== null) this.#fates.set(request.connection, reason)
  }
}

function limitInput(
  batch: readonly Message[],
  limit: ExchangeLimiter,
  account: SourceAccount,
  now: Micros,
): readonly Message[] {
  const passed = batch.filter((message) => {
    if (message.kind !== 'closed') return limit.copies(message, now) > 0
    limit.ended(message.connection)
    return true
  })
  account.dropped('limit', batch.length - passed.length)
  return passed
}
