// `--input-http`: takes the requests that a proxy mirrors, as they came on the wire, and answers
// each at once, so that the proxy has nothing to wait for (RFC 9112, section 9).
import { MemoryBudget } from '../base/memory-budget.ts'
import type { SourceAccount } from '../model/ledger.ts'
import type { ConnectionId, ExchangeId, Message, MessageKind } from '../model/message.ts'
import type { Wire, WireHandler, World } from '../model/world.ts'
import type { FramedEvent, FramerLoss } from '../protocol/http1/framed-event.ts'
import type { FramerLimits } from '../protocol/http1/framer-options.ts'
import { MessageFramer } from '../protocol/http1/message-framer.ts'
import type { MessageHead } from '../protocol/http1/message-head.ts'
import { findHeader, markHeader } from '../protocol/http1/request-editor.ts'

export interface MirrorReceiverOptions {
  /** Is told what is lost; who takes the messages counts those as captured. */
  readonly account: Pick<SourceAccount, 'dropped'>
  readonly world: Pick<World, 'now'>
  /** Eight hex digits that no other source of the run has: the first half of connection ids. */
  readonly instance: string
  readonly limits: FramerLimits
  /** Requests that came in part, over all connections. */
  readonly bufferedBytesMax: number
  readonly onMessages: (batch: readonly Message[]) => void
}

export interface MirrorReceiver {
  accept(wire: Wire): WireHandler
  /** Ends all connections; requests that came in part are counted as `exit`. */
  close(): void
}

/** A connection beyond is closed at once. */
const connectionsMax = 16_384

/** A client that reads none of its answers is left when so much waits for it. */
const unreadBytesMax = 256 * 1024

const ignoring: WireHandler = { connected() {}, received() {}, drained() {}, closed() {} }

/** One client connection is one connection of messages, whose order it keeps. */
export function createMirrorReceiver(options: MirrorReceiverOptions): MirrorReceiver {
  const budget = new MemoryBudget(options.bufferedBytesMax)
  const open = new Set<MirrorConnection>()
  let number = 0
  return {
    accept(wire) {
      if (open.size >= connectionsMax) {
        wire.destroy()
        return ignoring
      }
      const id = `${options.instance}${(number++ >>> 0).toString(16).padStart(8, '0')}`
      const connection = new MirrorConnection(id as ConnectionId, wire, budget, options)
      open.add(connection)
      return {
        ...ignoring,
        received: (bytes) => connection.receive(bytes),
        closed: () => {
          open.delete(connection)
          connection.end()
        },
      }
    },
    close() {
      for (const connection of open) connection.abort()
      open.clear()
    },
  }
}

class MirrorConnection {
  readonly #id: ConnectionId
  readonly #wire: Wire
  readonly #options: MirrorReceiverOptions
  readonly #framer: MessageFramer
  #sequence = 0
  /** The interim answer for the request that is being read was sent. */
  #continued = false
  /** Nothing more is read or answered. */
  #over = false

  constructor(id: ConnectionId, wire: Wire, budget: MemoryBudget, options: MirrorReceiverOptions) {
    const { limits } = options
    this.#id = id
    this.#wire = wire
    this.#options = options
    this.#framer = new MessageFramer({
      side: 'request',
      limits,
      budget,
      synchronized: true,
      keep: true,
    })
  }

  receive(bytes: Uint8Array): void {
    if (this.#over) return
    // The wire's memory is its own; payloads are views of this copy.
    const kept = Uint8Array.from(bytes)
    const messages: Message[] = []
    for (const event of this.#framer.push(kept, this.#options.world.now())) {
      if (this.#over) break
      this.#handle(event, messages)
    }
    if (messages.length > 0) this.#options.onMessages(messages)
    if (this.#over) return
    if (this.#framer.expectsContinue() && !this.#continued) {
      this.#continued = true
      this.#write('HTTP/1.1 100 Continue\r\n\r\n')
    }
    if (this.#wire.pendingBytes() > unreadBytesMax) this.#wire.destroy()
  }

  /** The client's connection ended. */
  end(): void {
    const { account, onMessages, world } = this.#options
    for (const event of this.#framer.finish(world.now())) {
      if (event.kind === 'lost' && !this.#over) account.dropped(event.reason, 1)
    }
    this.#over = true
    if (this.#sequence > 0) onMessages([this.#createMessage('closed', world.now(), 0, noBytes)])
  }

  abort(): void {
    const inPart = this.#framer.finish(this.#options.world.now()).length > 0
    if (inPart && !this.#over) this.#options.account.dropped('exit', 1)
    this.#over = true
    this.#wire.destroy()
  }

  #handle(event: FramedEvent, messages: Message[]): void {
    switch (event.kind) {
      case 'message':
        this.#take(event, messages)
        this.#answer(event.head)
        return
      case 'lost':
        this.#options.account.dropped(event.reason, 1)
        this.#refuse(event.reason)
        return
      case 'opaque':
        this.#leave()
    }
  }

  #take(event: FramedEvent & { readonly kind: 'message' }, messages: Message[]): void {
    const { payload, startedAt, endedAt } = event
    if (findHeader(payload, markHeader) !== null) this.#options.account.dropped('marked', 1)
    else messages.push(this.#createMessage('request', startedAt, endedAt - startedAt, payload))
    this.#sequence += 1
    this.#continued = false
  }

  #answer({ keepAlive, minorVersion }: MessageHead): void {
    const connection = keepAlive ? 'keep-alive' : 'close'
    const isDefault = keepAlive === (minorVersion === 1)
    const field = isDefault ? '' : `Connection: ${connection}\r\n`
    this.#write(`HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${field}\r\n`)
    if (!keepAlive) this.#leave()
  }

  /** What is too long is still read to its end; where a message ends is unknown after the rest. */
  #refuse(reason: FramerLoss): void {
    if (reason === 'message-too-long') {
      this.#write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const status = reason === 'memory' ? '503 Service Unavailable' : '400 Bad Request'
    this.#write(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
    this.#leave()
  }

  #leave(): void {
    this.#over = true
    this.#framer.release()
    this.#wire.end()
  }

  #write(text: string): void {
    this.#wire.write(Buffer.from(text, 'latin1'))
  }

  #createMessage(kind: MessageKind, at: number, duration: number, payload: Uint8Array): Message {
    const sequence = this.#sequence
    const id = `${this.#id}${sequence.toString(16).padStart(8, '0')}` as ExchangeId
    return { kind, id, connection: this.#id, sequence, at, duration, payload }
  }
}

const noBytes = new Uint8Array(0)
