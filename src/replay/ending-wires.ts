// Wires that have nothing more to send, while the peer may not have read all yet. To close one at
// once, with bytes of the peer unread, resets it (RFC 1122, section 4.2.2.13), and the peer then
// loses what it has not read.
import type { Micros } from '../model/message.ts'
import type { Wire } from '../model/world.ts'

/** Beyond, the one that has been ending longest is closed at once. */
const endingMax = 4_096

/** Each is closed once its peer has ended too, or after a time. */
export class EndingWires {
  /** Since when, in that order. */
  readonly #since = new Map<Wire, Micros>()

  /** Ends our side of the wire; what the peer still sends has to be read and ignored. */
  end(wire: Wire, now: Micros): void {
    this.#since.set(wire, now)
    wire.end()
    if (this.#since.size > endingMax) this.#destroy(this.#since.keys().next().value!)
  }

  /** The wire has closed, if it is one of these. */
  closed(wire: Wire): void {
    this.#since.delete(wire)
  }

  /** Closes those that have been ending since then or longer. */
  expire(expired: Micros): void {
    for (const [wire, since] of this.#since) {
      if (since > expired) return
      this.#destroy(wire)
    }
  }

  isEmpty(): boolean {
    return this.#since.size === 0
  }

  #destroy(wire: Wire): void {
    this.#since.delete(wire)
    wire.destroy()
  }
}
