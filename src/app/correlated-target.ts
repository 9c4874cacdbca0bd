// Puts correlation around one target: what it is given and what comes of it teach its tables, and
// its requests are rewritten right before they are sent. Each copy of the traffic has a table of
// its own.
import type { Message, Micros } from '../model/message.ts'
import type { OutcomeListener, PrepareRequest } from '../model/outcome.ts'
import type { Output } from '../model/output.ts'
import type { Issued } from '../shape/correlate-issued-values.ts'
import { CorrelationReport } from '../shape/correlate-report.ts'
import { Correlator } from '../shape/correlator.ts'

export interface CorrelatedTargetOptions {
  readonly now: () => Micros
  /** Of each table. */
  readonly pairsMax: number
  readonly expiry: Micros
  /** A pseudonym for a value. */
  readonly conceal: (value: string) => string
  /** Copies that have tables, of which further ones share the last (128). */
  readonly copiesMax?: number
  /** One for all targets. */
  readonly readProduction: (payload: Uint8Array) => Issued | null
}

export class CorrelatedTarget {
  readonly report: CorrelationReport
  readonly #options: CorrelatedTargetOptions
  readonly #correlators = new Map<number, Correlator>()
  #responses = 0

  constructor(options: CorrelatedTargetOptions) {
    this.#options = options
    this.report = new CorrelationReport(options.conceal)
  }

  /** For the output, which asks before it sends. */
  readonly prepare: PrepareRequest = (request, last) => this.#of(request).rewrite(request, last)

  /** For the output, which tells what came of each request. */
  readonly outcome: OutcomeListener = (outcome) => {
    const correlator = this.#of(outcome.request)
    if (outcome.kind === 'answered') correlator.learnReplayed(outcome.response)
    else correlator.giveUp(outcome.request.id)
  }

  /** For the output, which tells of each answer that it follows elsewhere. */
  readonly redirected = (answer: Message): void => this.#of(answer).learnRedirect(answer)

  /** The output as the run sees it: what it is given, production's responses too, is seen first. */
  around(output: Output): Output {
    return {
      name: output.name,
      write: (batch) => {
        for (const message of batch) this.#see(message)
        output.write(batch)
      },
      ended: (connections) => output.ended?.(connections),
      tick: (now) => output.tick(now),
      idle: () => output.idle(),
      queuedBytes: () => output.queuedBytes?.() ?? 0,
      close: () => output.close(),
    }
  }

  /** Production's responses that were seen; without any, nothing can be learnt. */
  responses(): number {
    return this.#responses
  }

  #see(message: Message): void {
    if (message.raw === true) return
    if (message.kind === 'request') this.#of(message).expect(message)
    else if (message.kind === 'response') {
      this.#responses += 1
      this.#of(message).learnProduction(message)
    }
  }

  #of({ copy = 0 }: Message): Correlator {
    const key = Math.min(copy, (this.#options.copiesMax ?? 128) - 1)
    const known = this.#correlators.get(key)
    if (known !== undefined) return known
    const correlator = new Correlator({ ...this.#options, report: this.report })
    this.#correlators.set(key, correlator)
    return correlator
  }
}
