// From the outputs, which are made first, to the run: what came of each request.
import type { Message } from '../model/message.ts'
import type { Outcome, OutcomeListener, TunnelListener } from '../model/outcome.ts'

/** Passes every outcome on to whoever listens; outcomes before that are nobody's. */
export class OutcomeFeed {
  readonly #listeners: OutcomeListener[] = []
  readonly #tunnelListeners: TunnelListener[] = []

  /** For the outputs. */
  readonly tell: OutcomeListener = (outcome: Outcome) => {
    for (const listener of this.#listeners) listener(outcome)
  }

  /** The same for what targets say behind an upgrade. */
  readonly tellTunnel: TunnelListener = (message: Message) => {
    for (const listener of this.#tunnelListeners) listener(message)
  }

  subscribe(listener: OutcomeListener): void {
    this.#listeners.push(listener)
  }

  subscribeTunnels(listener: TunnelListener): void {
    this.#tunnelListeners.push(listener)
  }
}
