// A simulated network: wires with delays, split and slow bytes, refusals and broken connections.
import type { Micros } from '../src/model/message.ts'
import type { Dial, Endpoint, Wire, WireClose, WireHandler } from '../src/model/world.ts'
import type { SimWorld } from './world.ts'

export interface NetworkOptions {
  /** One way, at most. */
  readonly delayMax: Micros
  /** Pieces that bytes arrive in, at most this long. */
  readonly pieceBytesMax: number
  /** Bytes that a peer's system takes before the sender has to wait. */
  readonly windowBytes: number
}

type Accept = (wire: Wire) => WireHandler

export class SimNetwork {
  readonly #world: SimWorld
  readonly #options: NetworkOptions
  readonly #listeners = new Map<string, Accept>()
  readonly #ends = new Set<WireEnd>()

  constructor(world: SimWorld, options: NetworkOptions) {
    this.#world = world
    this.#options = options
  }

  readonly dial: Dial = (endpoint, handler) => {
    const near = new WireEnd(this.#world, this.#options, keyOf(endpoint))
    near.handler = handler
    this.#world.after(this.#delay(), () => this.#answer(near, endpoint))
    return near
  }

  /** Accepts connections to the endpoint from now on. */
  listen(endpoint: Endpoint, accept: Accept): void {
    this.#listeners.set(keyOf(endpoint), accept)
  }

  /** Refuses further connections, and breaks those that are open: a process that was killed. */
  crash(endpoint: Endpoint): void {
    const key = keyOf(endpoint)
    this.#listeners.delete(key)
    for (const end of this.#ends) {
      if (end.key !== key) continue
      end.fail('reset')
      end.peer?.fail('reset')
    }
  }

  #answer(near: WireEnd, endpoint: Endpoint): void {
    if (near.isClosed()) return
    const accept = this.#listeners.get(keyOf(endpoint))
    if (accept === undefined) {
      near.fail('refused')
      return
    }
    const far = new WireEnd(this.#world, this.#options, keyOf(endpoint))
    far.peer = near
    near.peer = far
    this.#ends.add(far)
    far.handler = accept(far)
    near.connect()
    far.connect()
  }

  #delay(): Micros {
    return this.#world.pick(1, this.#options.delayMax)
  }
}

function keyOf(endpoint: Endpoint): string {
  return `${endpoint.host}:${endpoint.port}`
}

class WireEnd implements Wire {
  readonly key: string
  handler: WireHandler | null = null
  peer: WireEnd | null = null
  readonly #world: SimWorld
  readonly #options: NetworkOptions
  #connected = false
  #closed = false
  #ending = false
  #moving = false
  #waiting: Uint8Array[] = []
  #arriveAt: Micros = 0

  constructor(world: SimWorld, options: NetworkOptions, key: string) {
    this.#world = world
    this.#options = options
    this.key = key
  }

  isClosed(): boolean {
    return this.#closed
  }

  connect(): void {
    this.#connected = true
    this.handler?.connected()
    this.#move()
  }

  write(bytes: Uint8Array): boolean {
    if (this.#closed || this.#ending) return false
    this.#waiting.push(bytes)
    this.#move()
    return this.pendingBytes() === 0
  }

  pendingBytes(): number {
    return this.#waiting.reduce((sum, bytes) => sum + bytes.length, 0)
  }

  end(): void {
    this.#ending = true
    this.#move()
  }

  destroy(): void {
    if (this.#closed) return
    const { peer } = this
    this.fail('ended')
    this.#later(() => peer?.fail('reset'))
  }

  /** Closes this end; its handler hears it later, once. */
  fail(why: WireClose): void {
    if (this.#closed) return
    this.#closed = true
    this.#world.after(1, () => this.handler?.closed(why))
  }

  receive(bytes: Uint8Array): void {
    if (!this.#closed) this.handler?.received(bytes)
  }

  /** Takes what the window allows, and lets it arrive in pieces, in order. */
  #move(): void {
    if (!this.#connected || this.#closed || this.#moving) return
    const next = this.#waiting.shift()
    if (next === undefined) {
      if (this.#ending) this.#endBoth()
      return
    }
    const taken = next.subarray(0, this.#options.windowBytes)
    if (taken.length < next.length) {
      this.#waiting.unshift(next.subarray(taken.length))
      this.#moving = true
      this.#world.after(this.#options.delayMax, () => {
        this.#moving = false
        this.#move()
        if (this.pendingBytes() === 0 && !this.#closed) this.handler?.drained()
      })
    }
    this.#deliver(taken)
    if (!this.#moving) this.#move()
  }

  #deliver(bytes: Uint8Array): void {
    const { peer } = this
    for (let start = 0; start < bytes.length; ) {
      const end = Math.min(bytes.length, start + this.#world.pick(1, this.#options.pieceBytesMax))
      const piece = bytes.slice(start, end)
      this.#later(() => peer?.receive(piece))
      start = end
    }
  }

  #endBoth(): void {
    const { peer } = this
    this.#later(() => {
      peer?.fail('ended')
      this.fail('ended')
    })
  }

  #later(happen: () => void): void {
    const arriveAt = this.#world.now() + this.#world.pick(1, this.#options.delayMax)
    this.#arriveAt = Math.max(this.#arriveAt, arriveAt)
    this.#world.after(this.#arriveAt - this.#world.now(), happen)
  }
}
