// Wires that a test holds both ends of: it sees what is written and says what happens.
import type { Dial, Endpoint, Wire, WireClose, WireHandler } from '../../src/model/world.ts'

/** One dialled wire, as its peer sees it. */
export class FakeWire implements Wire {
  readonly endpoint: Endpoint
  readonly handler: WireHandler
  /** Everything written, as text. */
  written = ''
  /** What the operating system is said not to have taken. */
  pending = 0
  closed = false

  constructor(endpoint: Endpoint, handler: WireHandler) {
    this.endpoint = endpoint
    this.handler = handler
  }

  write(bytes: Uint8Array): boolean {
    this.written += Buffer.from(bytes).toString('latin1')
    return this.pending === 0
  }

  pendingBytes(): number {
    return this.pending
  }

  end(): void {
    this.closed = true
  }

  destroy(): void {
    this.closed = true
  }

  connect(): void {
    this.handler.connected()
  }

  answer(text: string): void {
    this.handler.received(Buffer.from(text, 'latin1'))
  }

  close(why: WireClose): void {
    this.closed = true
    this.handler.closed(why)
  }
}

/** A `Dial` that only remembers. */
export function createFakeDial(): { readonly dial: Dial; readonly wires: FakeWire[] } {
  const wires: FakeWire[] = []
  const dial: Dial = (endpoint, handler) => {
    const wire = new FakeWire(endpoint, handler)
    wires.push(wire)
    return wire
  }
  return { dial, wires }
}
