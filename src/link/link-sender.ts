// `--output-tcp`, `--output-ws`: sends what was captured to a replaying host, as gor records over
// one wire.
import { HandedBytes } from '../base/handed-bytes.ts'
import type { OutputAccount } from '../model/ledger.ts'
import type { ConnectionId, Message, Micros } from '../model/message.ts'
import type { Output } from '../model/output.ts'
import type { Dial, Endpoint, Wire, World } from '../model/world.ts'
import { createEnd } from '../protocol/gor/gor-writer.ts'
import { MessageQueue } from './message-queue.ts'
import { RecordQueue } from './record-queue.ts'

export interface LinkOutputOptions {
  readonly name: string
  readonly endpoint: Endpoint
  readonly dial: Dial
  readonly world: Pick<World, 'now' | 'random' | 'sleep'>
  readonly account: OutputAccount
  /** What waits while the peer is away or slow; beyond, the oldest goes as `queue-full`. */
  readonly queueBytesMax: number
  /** Each record is written by itself, without its separator: for a wire that keeps them apart. */
  readonly separately?: boolean
  /**
   * Hears what a peer says. A replayer says nothing, so that a wire whose peer does is ended; on a
   * wire of records that are kept apart it may.
   */
  readonly onSaid?: (bytes: Uint8Array) => void
  /** Hears once that the peer ends wire after wire soon after it has accepted it. */
  readonly onEnded?: () => void
}

/**
 * Dials at once, and again whenever the wire breaks. One wire keeps the order of every connection.
 * A message counts as delivered when the operating system took all its bytes: the format knows no
 * acknowledgement. Bytes that a broken wire still held may have gone out in part, so they are lost
 * as `reset`; nothing is ever sent twice.
 */
export function createLinkOutput(options: LinkOutputOptions): Output {
  return new LinkSender(options)
}

/** Before the first new attempt; each further failure doubles it. */
const pauseMin: Micros = 100_000
const pauseMax: Micros = 5_000_000
/** An attempt that hangs longer is given up. */
const dialMax: Micros = 5_000_000

/** For a peer to end its side of a wire that was ended; the system delivers the rest anyway. */
const endMax: Micros = 1_000_000
const endPause: Micros = 10_000

/** Not for a replayer that is started anew now and then. */
const endedSoonMax = 3

class LinkSender implements Output {
  readonly name: string
  readonly #options: LinkOutputOptions
  readonly #queue: RecordQueue | MessageQueue
  readonly #handed = new HandedBytes()
  #wire: Wire | null = null
  #connected = false
  /** The wire asks for more bytes. */
  #ready = false
  /** The peer has said something: it is no replayer. */
  #isStrange = false
  #closed = false
  /** When the wire was dialled or, later, connected. */
  #since: Micros = 0
  /** Wires in a row that could not be had, or did not last. */
  #failures = 0
  #retryAt: Micros = 0
  /** Wires that the peer has ended soon after it accepted them. */
  #endedSoon = 0
  /** Of the messages so far, whose clock may be that of a recording. */
  #latest: Micros = 0

  constructor(options: LinkOutputOptions) {
    this.name = options.name
    this.#options = options
    const Queue = options.separately === true ? MessageQueue : RecordQueue
    this.#queue = new Queue(options.queueBytesMax)
    this.#dial(options.world.now())
  }

  write(batch: readonly Message[]): void {
    const { account } = this.#options
    if (this.#closed) {
      account.dropped('exit', batch.length)
      return
    }
    let accepted = 0
    let shed = 0
    for (const message of batch) {
      if (message.kind === 'replayed') continue
      accepted += 1
      this.#latest = Math.max(this.#latest, message.at)
      shed += this.#queue.append(message)
    }
    account.accepted(accepted)
    account.dropped('kind', batch.length - accepted)
    account.dropped('queue-full', shed)
    this.#send()
  }

  ended(connections: readonly ConnectionId[]): void {
    if (this.#closed) return
    for (const connection of connections) {
      const shed = this.#queue.append(createEnd(connection, this.#latest))
      this.#options.account.dropped('queue-full', shed)
    }
    this.#send()
  }

  tick(now: Micros): void {
    if (this.#closed) return
    if (this.#wire === null) {
      if (now >= this.#retryAt) this.#dial(now)
    } else if (this.#connected) {
      this.#send()
    } else if (now - this.#since > dialMax) {
      this.#wire.destroy()
    }
  }

  idle(): boolean {
    const pendingBytes = this.#wire?.pendingBytes() ?? 0
    return this.#queue.isEmpty() && (this.#handed.messages() === 0 || pendingBytes === 0)
  }

  queuedBytes(): number {
    return this.#queue.bytes() + (this.#wire?.pendingBytes() ?? 0)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#settle()
    this.#closed = true
    const unsent = this.#handed.clear()
    this.#options.account.dropped('exit', unsent + this.#queue.clear())
    // An orderly end would still deliver what was just counted as lost.
    if (this.#connected && unsent === 0) await this.#end()
    else this.#wire?.destroy()
  }

  /** A peer that does not end its side as well would keep the program from its end. */
  async #end(): Promise<void> {
    const { world } = this.#options
    const until = world.now() + endMax
    this.#wire?.end()
    while (this.#wire !== null && world.now() < until) await world.sleep(endPause)
    this.#wire?.destroy()
  }

  #dial(now: Micros): void {
    this.#since = now
    this.#isStrange = false
    this.#wire = this.#options.dial(this.#options.endpoint, {
      connected: () => this.#onConnected(),
      received: (bytes) => this.#onReceived(bytes),
      drained: () => {
        this.#ready = true
        this.#send()
      },
      closed: () => this.#onClosed(),
    })
  }

  #onConnected(): void {
    if (this.#closed) return
    this.#connected = true
    this.#ready = true
    this.#since = this.#options.world.now()
    this.#send()
  }

  /** What was sent so far went to somebody who takes no messages, and counts as unanswered once. */
  #onReceived(bytes: Uint8Array): void {
    const { account, onSaid, separately } = this.#options
    if (this.#closed || separately === true || this.#isStrange) return
    this.#isStrange = true
    account.unanswered('bad-response', 1)
    onSaid?.(bytes)
    this.#ready = false
    this.#wire?.destroy()
  }

  #onClosed(): void {
    if (this.#closed) {
      this.#wire = null
      return
    }
    const { account, world } = this.#options
    const now = world.now()
    // A wire that the peer accepts and ends at once is no success.
    if (this.#connected && now - this.#since >= pauseMax) {
      this.#failures = 0
      this.#endedSoon = 0
    } else if (this.#connected && !this.#isStrange) {
      this.#endedSoon += 1
      if (this.#endedSoon === endedSoonMax) this.#options.onEnded?.()
    }
    const pause = Math.min(pauseMax, pauseMin * 2 ** this.#failures)
    this.#failures += 1
    this.#retryAt = now + Math.round(pause * (0.75 + world.random() / 2))
    this.#wire = null
    this.#connected = false
    this.#ready = false
    account.dropped('reset', this.#handed.clear())
  }

  #send(): void {
    if (this.#closed || !this.#connected || this.#wire === null) return
    while (this.#ready && !this.#isStrange) {
      const run = this.#queue.take()
      if (run === null) break
      this.#handed.add(run.bytes.length, run.messages)
      this.#ready = this.#wire.write(run.bytes)
    }
    this.#settle()
  }

  #settle(): void {
    if (this.#wire === null) return
    this.#options.account.delivered(this.#handed.taken(this.#wire.pendingBytes()))
  }
}
