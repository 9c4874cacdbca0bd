// A simulated HTTP/1 target: remembers what it was sent, answers in many forms, and fails at will.
import { MemoryBudget } from '../src/base/memory-budget.ts'
import type { Micros } from '../src/model/message.ts'
import type { Endpoint, Wire, WireHandler } from '../src/model/world.ts'
import { MessageFramer } from '../src/protocol/http1/message-framer.ts'
import type { SimNetwork } from './network.ts'
import type { SimWorld } from './world.ts'

export interface TargetFaults {
  /** Shares, from 0 to 1, of the requests that meet this. */
  readonly closeAfterAnswer: number
  readonly closeWithoutAnswer: number
  readonly neverAnswer: number
  readonly garbage: number
  /** Of the requests for an upgrade. */
  readonly refuseUpgrade: number
  readonly thinkMax: Micros
}

export const noFaults: TargetFaults = {
  closeAfterAnswer: 0,
  closeWithoutAnswer: 0,
  neverAnswer: 0,
  garbage: 0,
  refuseUpgrade: 0,
  thinkMax: 1_000,
}

/** Requests that the target has read whole, in order of arrival, with their connection. */
export interface ReceivedRequest {
  readonly wire: number
  readonly payload: string
  /** Requests before it on that wire that were not answered yet when it came. */
  readonly ahead: number
}

/** One connection, as the target sees it. */
interface Accepted {
  readonly wire: Wire
  /** Methods of the requests to answer, in order; upgrades are `UPGRADE`. */
  readonly asked: string[]
  /** What came behind an upgrade. */
  raw: string
  isRaw: boolean
  closed: boolean
}

const switching =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'

export class SimTarget {
  readonly received: ReceivedRequest[] = []
  readonly #world: SimWorld
  readonly #network: SimNetwork
  readonly #endpoint: Endpoint
  readonly #faults: TargetFaults
  readonly accepted: Accepted[] = []

  constructor(parts: {
    readonly world: SimWorld
    readonly network: SimNetwork
    readonly endpoint: Endpoint
    readonly faults: TargetFaults
  }) {
    this.#world = parts.world
    this.#network = parts.network
    this.#endpoint = parts.endpoint
    this.#faults = parts.faults
  }

  start(): void {
    this.#network.listen(this.#endpoint, (wire) => this.#accept(wire))
  }

  crash(): void {
    this.#network.crash(this.#endpoint)
  }

  #accept(wire: Wire): WireHandler {
    const number = this.accepted.length
    const accepted: Accepted = { wire, asked: [], raw: '', isRaw: false, closed: false }
    this.accepted.push(accepted)
    const framer = new MessageFramer({
      side: 'request',
      limits: { headBytesMax: 1 << 20, messageBytesMax: 1 << 26 },
      budget: new MemoryBudget(1 << 28),
      synchronized: true,
      keep: true,
    })
    return {
      connected: () => {},
      drained: () => {},
      closed: () => {
        accepted.closed = true
      },
      received: (bytes) => {
        if (accepted.isRaw) {
          accepted.raw += Buffer.from(bytes).toString('latin1')
          wire.write(Buffer.from('echo'))
          return
        }
        for (const event of framer.push(bytes, this.#world.now())) {
          if (event.kind !== 'message') continue
          const payload = Buffer.from(event.payload).toString('latin1')
          this.received.push({ wire: number, payload, ahead: accepted.asked.length })
          accepted.asked.push(event.head.upgrade ? 'UPGRADE' : event.head.method)
          if (accepted.asked.length === 1) this.#think(accepted)
        }
      },
    }
  }

  /** Answers one request after the other. */
  #think(accepted: Accepted): void {
    this.#world.after(this.#world.pick(1, this.#faults.thinkMax), () => {
      if (accepted.closed || this.#world.chance(this.#faults.neverAnswer)) return
      this.#answer(accepted, accepted.asked[0]!)
      accepted.asked.shift()
      if (accepted.asked.length > 0) this.#think(accepted)
    })
  }

  #answer(accepted: Accepted, method: string): void {
    const { closeAfterAnswer, closeWithoutAnswer, garbage, refuseUpgrade } = this.#faults
    const { wire } = accepted
    if (this.#world.chance(closeWithoutAnswer)) {
      wire.destroy()
      return
    }
    if (this.#world.chance(garbage)) {
      wire.write(Buffer.from('nonsense\r\n\r\n'))
      return
    }
    if (method === 'UPGRADE' && !this.#world.chance(refuseUpgrade)) {
      accepted.isRaw = true
      wire.write(Buffer.from(`${switching}greeting`))
      return
    }
    const close = this.#world.chance(closeAfterAnswer)
    wire.write(Buffer.from(this.#compose(method, close), 'latin1'))
    if (close) wire.end()
  }

  #compose(method: string, close: boolean): string {
    const connection = close ? 'Connection: close\r\n' : ''
    const body = 'x'.repeat(this.#world.pick(0, 300))
    const length = `HTTP/1.1 200 OK\r\n${connection}Content-Length: ${body.length}\r\n\r\n`
    if (method === 'HEAD') return length
    const chunk = body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`
    const forms = [
      length + body,
      `HTTP/1.1 100 Continue\r\n\r\n${length}${body}`,
      `HTTP/1.1 200 OK\r\n${connection}Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`,
      `HTTP/1.1 204 No Content\r\n${connection}\r\n`,
      ...(close ? [`HTTP/1.1 200 OK\r\n\r\n${body}`] : []),
    ]
    return forms[this.#world.pick(0, forms.length - 1)]!
  }
}
