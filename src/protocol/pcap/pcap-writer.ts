// Messages as a capture file: TCP connections are made up around them, with a handshake, sequence
// numbers and an end, so that whoever reads the file finds the same messages at the same times.

import { Tally } from '../../base/tally.ts'
import type { ConnectionId, ExchangeId, Message, Micros } from '../../model/message.ts'
import { tcpFlags } from '../../model/segment.ts'
import { answersUntilClose } from '../http1/until-close.ts'
import { SortedPackets } from './sorted-packets.ts'
import { pcapFileHead, writeTcpPacket } from './tcp-packet.ts'

/** From the client (0) or from the server (1). */
type Side = 0 | 1

interface Connection {
  readonly client: number
  readonly clientPort: number
  /** The next sequence number of each side. */
  readonly next: [number, number]
  /** Times do not go back within a connection, or its segments would seem out of order. */
  at: Micros
  /** Requests without a response yet, in order. */
  readonly open: ExchangeId[]
}

/** Beyond, the connection used longest ago is ended. */
const connectionsMax = 65_536
/** Requests that are never answered are forgotten beyond this. */
const openMax = 1_024
/** What fits Ethernet's 1500 bytes. */
const segmentBytesMax = 1_460
const serverAddress = 0xc0000201
const serverPort = 80
/** 10.0.0.0/8 */
const clientNetwork = 0x0a000000
const clientPorts = { first: 32_768, count: 28_000 }

/** Takes messages in the order of their time. */
export class PcapWriter {
  readonly #connections = new Map<ConnectionId, Connection>()
  readonly #packets = new SortedPackets()
  readonly #leftOut = new Tally()
  #count = 0

  begin(): Uint8Array {
    return pcapFileHead
  }

  push(batch: readonly Message[]): Uint8Array {
    for (const message of batch) this.#write(message)
    return this.#packets.takeUntil(batch.at(-1)?.at ?? 0)
  }

  /** Ends all connections. */
  finish(): Uint8Array {
    for (const [id, connection] of this.#connections) this.#end(id, connection, connection.at)
    return this.#packets.takeUntil(Number.POSITIVE_INFINITY)
  }

  /** Messages that have no place in the file, by what they are. */
  leftOut(): ReadonlyMap<string, number> {
    return this.#leftOut.counts()
  }

  #write(message: Message): void {
    const { kind, connection: id, at } = message
    const known = this.#connections.get(id) ?? null
    if (kind === 'request') this.#request(message, known ?? this.#open(id, at))
    else if (kind === 'replayed') this.#leftOut.add('answers of targets')
    else if (known === null) {
      if (kind === 'response') this.#leftOut.add(unasked)
    } else if (kind === 'closed') this.#end(id, known, at)
    else if (message.raw === true) this.#send(known, 1, message)
    else this.#respond(message, known)
  }

  #request(message: Message, connection: Connection): void {
    if (message.raw !== true) connection.open.push(message.id)
    if (connection.open.length > openMax) connection.open.shift()
    this.#send(connection, 0, message)
  }

  /** A reader pairs by order, so that a response out of its turn would go to another request. */
  #respond(message: Message, connection: Connection): void {
    const { id, at, duration } = message
    const turn = connection.open.indexOf(id)
    if (turn === 0) {
      connection.open.shift()
      this.#send(connection, 1, message)
    } else this.#leftOut.add(turn < 0 ? unasked : 'responses behind one that is missing')
    const isOver = turn === 0 ? answersUntilClose(message.payload) : turn > 0
    if (isOver) this.#end(message.connection, connection, at + duration)
  }

  #open(id: ConnectionId, at: Micros): Connection {
    const [oldest] = this.#connections.size >= connectionsMax ? this.#connections : []
    if (oldest !== undefined) this.#end(...oldest, oldest[1].at)
    const number = this.#count++
    const connection: Connection = {
      client: clientNetwork + ((number + 1) & 0xffffff),
      clientPort: clientPorts.first + (number % clientPorts.count),
      next: [1_000, 2_000],
      at,
      open: [],
    }
    this.#connections.set(id, connection)
    this.#control(connection, 0, tcpFlags.syn)
    this.#control(connection, 1, tcpFlags.syn | tcpFlags.ack)
    this.#control(connection, 0, tcpFlags.ack)
    return connection
  }

  #end(id: ConnectionId, connection: Connection, at: Micros): void {
    this.#connections.delete(id)
    connection.at = Math.max(connection.at, at)
    this.#control(connection, 1, tcpFlags.fin | tcpFlags.ack)
    this.#control(connection, 0, tcpFlags.fin | tcpFlags.ack)
    this.#control(connection, 1, tcpFlags.ack)
  }

  /** The first segment at the message's time, the last one at its end. */
  #send(connection: Connection, side: Side, { payload, at, duration }: Message): void {
    const least = duration > 0 ? 2 : 1
    const count = Math.max(least, Math.ceil(payload.length / segmentBytesMax))
    const bytes = Math.ceil(payload.length / count)
    for (let index = 0; index < count; index++) {
      const passed = count === 1 ? 0 : Math.round((duration * index) / (count - 1))
      connection.at = Math.max(connection.at, at + passed)
      const part = payload.subarray(index * bytes, (index + 1) * bytes)
      const flags = tcpFlags.ack | (index === count - 1 ? tcpFlags.psh : 0)
      this.#packet(connection, side, flags, part)
      connection.next[side] = (connection.next[side] + part.length) | 0
    }
  }

  /** A segment without payload; SYN and FIN take a sequence number each. */
  #control(connection: Connection, side: Side, flags: number): void {
    this.#packet(connection, side, flags, noBytes)
    if ((flags & (tcpFlags.syn | tcpFlags.fin)) !== 0) connection.next[side] += 1
  }

  #packet(connection: Connection, side: Side, flags: number, payload: Uint8Array): void {
    const { client, clientPort, next, at } = connection
    const own = { address: client, port: clientPort }
    const other = { address: serverAddress, port: serverPort }
    const [from, to] = side === 0 ? [own, other] : [other, own]
    const record = writeTcpPacket({
      at,
      source: from.address,
      sourcePort: from.port,
      destination: to.address,
      destinationPort: to.port,
      sequence: next[side],
      acknowledgement: next[side === 0 ? 1 : 0],
      flags,
      payload,
    })
    this.#packets.add(at, record)
  }
}

const noBytes = new Uint8Array(0)
const unasked = 'responses without a request'
