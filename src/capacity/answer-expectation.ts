// Which answers a target gives when all is well: an overloaded service often answers wrongly, and
// quickly. Status and shape are held against the recorded answer; without it, against those of its
// endpoint at 1 ×. What an answer says is held against the target's own to the same request at 1 ×.
import type { LoadPlan } from './load-plan.ts'
import type { RecordedTraffic } from './recorded-traffic.ts'
import { answerChanges, type TrialLog } from './trial-log.ts'

/** Different answers of one endpoint that are remembered; then any answer is taken for usual. */
const formsMax = 64

export class AnswerExpectation {
  readonly #traffic: RecordedTraffic
  /** By endpoint: statuses and shapes at 1 ×; null before. */
  #usual: readonly EndpointForms[] | null = null
  /** Requests whose answers change by themselves. */
  readonly #unsteady = new Set<number>()

  constructor(traffic: RecordedTraffic) {
    this.#traffic = traffic
  }

  /** Takes what came in a trial at 1 × for usual. */
  learn(plan: LoadPlan, log: TrialLog): void {
    this.#usual ??= this.#traffic.endpoints.map(() => new EndpointForms())
    for (let event = 0; event < plan.count; event++) {
      const endpoint = this.#traffic.endpoint[plan.request[event]!]!
      if (log.state[event]! < 100) continue
      this.#usual[endpoint]!.add(log.state[event]!, log.shape[event]!)
    }
  }

  /**
   * Takes from a later trial at 1 × which answers change with time, or with every request, and not
   * with the load; true where there is a new one.
   */
  excuse(plan: LoadPlan, log: TrialLog): boolean {
    const before = this.#unsteady.size
    log.change.forEach((change, event) => {
      if (change === answerChanges.changed) this.#unsteady.add(plan.request[event]!)
    })
    return this.#unsteady.size > before
  }

  /**
   * Of the answers to events from `from` on, the share of an unexpected status, and of those that
   * remain and were looked at, the share that has an unexpected shape or says something else;
   * together. Null where nothing is known to hold them against.
   */
  differing(plan: LoadPlan, log: TrialLog, from: number): number | null {
    const statuses = { known: 0, odd: 0 }
    const bodies = { known: 0, odd: 0 }
    for (let event = from; event < plan.count; event++) {
      const state = log.state[event]!
      if (state < 100) continue
      const request = plan.request[event]!
      const isOdd = this.#isOddStatus(request, state)
      count(statuses, isOdd)
      if (isOdd === false) {
        const isOddShape = this.#isOddShape(request, log.shape[event]!)
        count(
          bodies,
          isOddShape === true ? true : (this.#isChanged(request, log.change[event]!) ?? isOddShape),
        )
      }
    }
    if (statuses.known === 0) return null
    const status = statuses.odd / statuses.known
    const body = bodies.known === 0 ? 0 : bodies.odd / bodies.known
    return status + (1 - status) * body
  }

  #isOddStatus(request: number, status: number): boolean | null {
    const { traffic, usual } = { traffic: this.#traffic, usual: this.#usual }
    if (traffic.status[request] !== 0) return traffic.status[request] !== status
    return usual === null ? null : !usual[traffic.endpoint[request]!]!.hasStatus(status)
  }

  #isOddShape(request: number, shape: number): boolean | null {
    const { traffic, usual } = { traffic: this.#traffic, usual: this.#usual }
    if (shape === 0) return null
    if (traffic.shape[request] !== 0) return traffic.shape[request] !== shape
    return usual === null ? null : !usual[traffic.endpoint[request]!]!.hasShape(shape)
  }

  #isChanged(request: number, change: number): boolean | null {
    if (change === answerChanges.unknown) return null
    return change === answerChanges.changed && !this.#unsteady.has(request)
  }
}

function count(tally: { known: number; odd: number }, isOdd: boolean | null): void {
  if (isOdd === null) return
  tally.known += 1
  if (isOdd) tally.odd += 1
}

/** An endpoint that was not seen at 1 × has no usual answers, and so no unusual ones. */
class EndpointForms {
  readonly #statuses = new Set<number>()
  readonly #shapes = new Set<number>()

  add(status: number, shape: number): void {
    this.#statuses.add(status)
    if (shape !== 0 && this.#shapes.size < formsMax) this.#shapes.add(shape)
  }

  hasStatus(status: number): boolean {
    return this.#statuses.size === 0 || this.#statuses.has(status)
  }

  hasShape(shape: number): boolean {
    const { size } = this.#shapes
    return size === 0 || size >= formsMax || this.#shapes.has(shape)
  }
}
