// `--middleware`: another program reads every message and prints those that are to go on, changed
// or not, in GoReplay's protocol. The process is handed in; it may lag, hang and die.
import type { SourceAccount } from '../model/ledger.ts'
import type { Message, Micros } from '../model/message.ts'
import type { Wire, WireClose, WireHandler, World } from '../model/world.ts'
import { type GorLine, GorLineReader, gorLineKey, writeGorLines } from '../protocol/gor/gor-hex.ts'
import { withRightLength } from '../protocol/http1/right-length.ts'
import { type InFlight, InFlightTable } from './in-flight-table.ts'

export interface MiddlewareOptions {
  readonly world: World
  /** Starts the program: what is written goes to it, what is received comes from it. */
  readonly start: (handler: WireHandler) => Wire
  /** Of what it prints that it was not given, and of lines that are no message. */
  readonly account: SourceAccount
  /** Bytes that it has not read yet; what would go beyond is dropped as `middleware-queue`. */
  readonly queueBytesMax: number
  readonly payloadBytesMax: number
  /** Replayed messages name their output, for there are several. */
  readonly withTarget: boolean
  /** Hears how the first line begins that is no message; null where it is too long. */
  readonly onStrange: (line: string | null) => void
  /** Hears that it ended, and when it is started again. */
  readonly onEnd: (why: WireClose, restartIn: Micros) => void
}

/** Hears what the middleware printed, with the account that each message was given with. */
export type PassMessages = (batch: readonly Message[], account: SourceAccount) => void

/** A message that is not printed for so long is taken for one that it keeps back. */
const printedWithinMax: Micros = 10_000_000

/** Beyond, the oldest is taken for one that it keeps back. */
const inFlightMax = 65_536

const restartMin: Micros = 100_000
const restartMax: Micros = 10_000_000

/** At the end it gets so long to print what it still has, and then so long to go. */
const endMax: Micros = 2_000_000
const endTick: Micros = 10_000

/** It prints nothing for so long when it has nothing to print. */
const quietMin: Micros = 200_000

/** What meta lines take, in hexadecimal. */
const metaBytesMax = 4_096

export class Middleware {
  readonly #options: MiddlewareOptions
  readonly #inFlight = new InFlightTable()
  #pass: PassMessages = () => {}
  #wire: Wire | null = null
  #isEnding = false
  #startedAt: Micros = 0
  #restartAt: Micros = 0
  #backOff = restartMin
  #heardAt: Micros = 0
  #isStrangeTold = false

  constructor(options: MiddlewareOptions) {
    this.#options = options
  }

  start(pass: PassMessages): void {
    this.#pass = pass
    this.#launch(this.#options.world.now())
  }

  /** The ends of connections are kept until all before them is printed or given up. */
  write(batch: readonly Message[], account: SourceAccount): void {
    const messages = batch.filter(({ kind }) => kind !== 'closed')
    const given = this.#takeWhileRoom(messages)
    account.dropped('middleware-queue', messages.length - given.length)
    if (given.length > 0) this.#give(given, account)
    if (messages.length === batch.length) return
    for (const message of batch) {
      const isLater = message.kind !== 'closed' || this.#inFlight.close(message, account)
      if (!isLater) this.#pass([message], account)
    }
  }

  tick(now: Micros): void {
    if (this.#wire === null && now >= this.#restartAt && !this.#isEnding) this.#launch(now)
    const expired = now - printedWithinMax
    for (;;) {
      const oldest = this.#inFlight.oldest()
      if (oldest === null || oldest.since > expired) break
      this.#giveUp(this.#inFlight.takeOldest()!)
    }
  }

  /** Whether it has printed all, or has read all and prints no more. */
  quiet(now: Micros): boolean {
    if (this.#wire === null || this.#inFlight.size === 0) return true
    return this.#wire.pendingBytes() === 0 && now - this.#heardAt > quietMin
  }

  /** Ends its input, waits for what it still prints, and kills it where it does not end. */
  async end(): Promise<void> {
    const { world } = this.#options
    this.#isEnding = true
    const wait = async () => {
      const until = world.now() + endMax
      while (this.#wire !== null && world.now() < until) await world.sleep(endTick)
    }
    this.#wire?.end()
    await wait()
    this.#wire?.destroy()
    await wait()
    this.#lose('middleware-exit')
  }

  #launch(now: Micros): void {
    this.#startedAt = now
    const reader = new GorLineReader(2 * this.#options.payloadBytesMax + metaBytesMax)
    this.#wire = this.#options.start({
      connected: () => {},
      received: (bytes) => this.#received(reader.push(bytes), reader),
      drained: () => {},
      closed: (why) => {
        this.#received(reader.finish(), reader)
        this.#ended(why)
      },
    })
  }

  #takeWhileRoom(messages: readonly Message[]): readonly Message[] {
    if (this.#wire === null || this.#isEnding) return []
    let room = this.#options.queueBytesMax - this.#wire.pendingBytes()
    const index = messages.findIndex(({ payload }) => {
      room -= 2 * payload.length + metaBytesMin
      return room < 0
    })
    return index < 0 ? messages : messages.slice(0, index)
  }

  #give(given: readonly Message[], account: SourceAccount): void {
    const now = this.#options.world.now()
    for (const message of given) this.#inFlight.add(gorLineKey(message), message, account, now)
    this.#wire!.write(writeGorLines(given, this.#options.withTarget))
    while (this.#inFlight.size > inFlightMax) this.#giveUp(this.#inFlight.takeOldest()!)
  }

  /** Passes on in one batch what follows each other and has the same account. */
  #received(lines: readonly (GorLine | null)[], reader: GorLineReader): void {
    this.#heardAt = this.#options.world.now()
    let batch: Message[] = []
    let account = this.#options.account
    const add = (message: Message, owner: SourceAccount) => {
      if (owner !== account && batch.length > 0) {
        this.#pass(batch, account)
        batch = []
      }
      account = owner
      batch.push(message)
    }
    for (const line of lines) {
      if (line === null) {
        this.#refuse(reader)
        continue
      }
      const { payloadBytes: _, ...meta } = line.meta
      const known = this.#inFlight.take(line.key, meta.target)
      // What is behind a length that was left as it was would be taken for the next request.
      const isRequest = meta.kind === 'request' && known?.message.raw !== true
      const payload = isRequest ? withRightLength(line.payload) : line.payload
      if (known === null) add({ ...meta, payload }, this.#options.account)
      else {
        const { at, duration } = meta
        add({ ...known.message, at, duration, payload }, known.account)
        const end = this.#inFlight.takeEnd(known)
        if (end !== null) add(end.message, end.account)
      }
    }
    if (batch.length > 0) this.#pass(batch, account)
  }

  #refuse(reader: GorLineReader): void {
    const { account, onStrange } = this.#options
    account.dropped('bad-record', 1)
    if (!this.#isStrangeTold) onStrange(reader.strange())
    this.#isStrangeTold = true
  }

  #ended(why: WireClose): void {
    const now = this.#options.world.now()
    this.#wire = null
    // Where it was asked to end and did so well, what is left is what it kept back.
    const isOver = this.#isEnding && why === 'ended'
    this.#lose(isOver ? 'middleware' : 'middleware-exit')
    if (this.#isEnding) return
    if (now - this.#startedAt >= restartMax) this.#backOff = restartMin
    this.#restartAt = now + this.#backOff
    this.#options.onEnd(why, this.#backOff)
    this.#backOff = Math.min(restartMax, this.#backOff * 2)
  }

  #lose(reason: 'middleware' | 'middleware-exit'): void {
    for (let lost = this.#inFlight.takeOldest(); lost; lost = this.#inFlight.takeOldest()) {
      this.#giveUp(lost, reason)
    }
  }

  #giveUp(lost: InFlight, reason: 'middleware' | 'middleware-exit' = 'middleware'): void {
    lost.account.dropped(reason, 1)
    const end = this.#inFlight.takeEnd(lost)
    if (end !== null) this.#pass([end.message], end.account)
  }
}

/** What a line takes at least, for messages without payload are bounded too. */
const metaBytesMin = 128
