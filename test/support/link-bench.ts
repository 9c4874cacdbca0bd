// A link output in a world of a test's own: wires that take as many bytes as they are told to.
import assert from 'node:assert/strict'
import { MemoryBudget } from '../../src/base/memory-budget.ts'
import { createLinkOutput } from '../../src/link/link-sender.ts'
import type { OutputAccount, OutputDropReason } from '../../src/model/ledger.ts'
import type { Message, Micros } from '../../src/model/message.ts'
import type { Output } from '../../src/model/output.ts'
import type { Wire, WireClose, WireHandler } from '../../src/model/world.ts'
import { GorReader } from '../../src/protocol/gor/gor-reader.ts'
import { createRequest } from './messages.ts'

const second = 1_000_000

/** A wire whose other end takes as many bytes as it is told to. */
export class FakeWire implements Wire {
  readonly #handler: WireHandler
  readonly #written: Uint8Array[] = []
  #writtenBytes = 0
  #takenBytes = 0
  #takenBytesMax: number
  ended = false
  destroyed = false
  over = false

  constructor(handler: WireHandler, takenBytesMax: number) {
    this.#handler = handler
    this.#takenBytesMax = takenBytesMax
  }

  write(bytes: Uint8Array): boolean {
    assert.equal(this.over || this.ended || this.destroyed, false, 'written to after its end')
    this.#written.push(bytes)
    this.#writtenBytes += bytes.length
    this.#takenBytes = Math.min(this.#writtenBytes, this.#takenBytesMax)
    return this.#takenBytes === this.#writtenBytes
  }

  /** As a real socket's, it forgets what it held when it breaks. */
  pendingBytes(): number {
    return this.over ? 0 : this.#writtenBytes - this.#takenBytes
  }

  end(): void {
    this.ended = true
  }

  destroy(): void {
    this.destroyed = true
  }

  connect(): void {
    this.#handler.connected()
  }

  say(text: string): void {
    this.#handler.received(Buffer.from(text))
  }

  take(bytes: number): void {
    const wasPending = this.pendingBytes() > 0
    this.takeUntold(bytes)
    if (wasPending && this.pendingBytes() === 0) this.#handler.drained()
  }

  takeUntold(bytes: number): void {
    this.#takenBytesMax += bytes
    this.#takenBytes = Math.min(this.#writtenBytes, this.#takenBytesMax)
  }

  close(why: WireClose): void {
    this.over = true
    this.#handler.closed(why)
  }

  /** The messages that arrived whole. */
  received(): Message[] {
    const budget = new MemoryBudget(1 << 30)
    const reader = new GorReader({ payloadBytesMax: 1 << 30, budget, origin: '' })
    const all = Buffer.concat(this.#written).subarray(0, this.#takenBytes)
    return reader.push(all).map((event) => {
      assert.ok(event.kind === 'message')
      return event.message
    })
  }
}

export class Account implements OutputAccount {
  deliveredCount = 0
  acceptedCount = 0
  strangers = 0
  readonly drops: Map<OutputDropReason, number> = new Map()

  amplified(): void {}
  answered(): void {
    assert.fail('a link has no answers')
  }
  unanswered(reason: string, count: number): void {
    assert.equal(reason, 'bad-response')
    this.strangers += count
  }
  scheduled(): void {}
  connected(): void {}
  redirected(): void {}
  accepted(count: number): void {
    this.acceptedCount += count
  }
  delivered(count: number): void {
    this.deliveredCount += count
  }
  dropped(reason: OutputDropReason, count: number): void {
    if (count > 0) this.drops.set(reason, (this.drops.get(reason) ?? 0) + count)
  }
  total(): number {
    return [...this.drops.values()].reduce((sum, count) => sum + count, this.deliveredCount)
  }
}

export interface LinkBenchOptions {
  readonly queueBytesMax?: number
  readonly takenBytesMax?: number
  readonly separately?: boolean
}

/** A link output in a world of its own: its clock, its dials, and how many bytes peers take. */
export class LinkBench {
  readonly account: Account = new Account()
  readonly wires: FakeWire[] = []
  readonly output: Output
  now: Micros = 1_000 * second
  /** Of wires dialled from here on. */
  takenBytesMax: number
  #sequence = 0

  /** What peers have said, as the output tells it. */
  readonly said: string[] = []
  /** What happens while the output sleeps. */
  asleep: () => void = () => {}
  /** Times that it told of a peer that ends its wires. */
  endings = 0

  constructor({
    queueBytesMax = 1 << 20,
    takenBytesMax = Number.POSITIVE_INFINITY,
    separately = false,
  }: LinkBenchOptions = {}) {
    this.takenBytesMax = takenBytesMax
    this.output = createLinkOutput({
      name: '--output-tcp preview:28020',
      endpoint: { host: 'preview', port: 28_020, secure: false },
      dial: (_, handler) => {
        const wire = new FakeWire(handler, this.takenBytesMax)
        this.wires.push(wire)
        return wire
      },
      world: {
        now: () => this.now,
        random: () => 0.5,
        sleep: async (duration) => {
          this.now += duration
          this.asleep()
        },
      },
      account: this.account,
      queueBytesMax,
      separately,
      onEnded: () => {
        this.endings += 1
      },
      onSaid: (bytes) => this.said.push(Buffer.from(bytes).toString()),
    })
  }

  get wire(): FakeWire {
    return this.wires.at(-1)!
  }

  /** Writes new requests in one batch, numbered on from the last. */
  write(count: number, payloadBytes = 100): void {
    const payload = Buffer.alloc(payloadBytes, 'x')
    const numbers = Array.from({ length: count }, () => this.#sequence++)
    this.output.write(numbers.map((sequence) => createRequest({ sequence, payload })))
  }

  written(): number {
    return this.#sequence
  }

  pass(duration: number): void {
    const until = this.now + duration
    while (this.now < until) {
      this.now += 100_000
      this.output.tick(this.now)
    }
  }

  received(): number[] {
    return this.wires.flatMap((wire) => wire.received().map(({ sequence }) => sequence))
  }
}
