// From the outputs, which are made first, to the run: what came of each request.
import type { Outcome, OutcomeListener } from '../model/outcome.ts'

/** Passes every outcome on to whoever listens; outcomes before that are nobody's. */
export class OutcomeFeed {
  readonly #listeners: OutcomeListener[] = []

  /** For the outputs. */
  readonly tell: OutcomeListener = (outcome: Outcome) => {
    for (const listener of this.#listeners) listener(outcome)
  }

  subscribe(listener: OutcomeListener): void {
    this.#listeners.push(listener)
  }
}
