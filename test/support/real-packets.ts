// Real packets for tests: a server to talk to, cables, and rings that capture. They need root, or
// CAP_NET_RAW and CAP_NET_ADMIN, and `ip` of iproute2.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import koffi from 'koffi'
import { formatIpAddress } from '../../src/capture/capture-address.ts'
import { buildCaptureFilter, type CaptureFilter } from '../../src/capture/filter-program.ts'
import { listInterfaces } from '../../src/capture/io/interfaces.ts'
import * as libc from '../../src/capture/io/libc.ts'
import {
  openPacketRing,
  type PacketHandler,
  type PacketRing,
  type RingOptions,
  type RingStatistics,
} from '../../src/capture/io/packet-ring.ts'
import { decodeSegment } from '../../src/capture/packet-decoder.ts'
import { createSegment } from '../../src/model/segment.ts'

export interface Captured {
  readonly destination: string
  readonly port: number
  readonly source: number
  readonly sequence: number
  readonly payload: string
  readonly cutBytes: number
  readonly at: number
}

export function open(
  port: number,
  options: Partial<RingOptions> = {},
  filter: Partial<CaptureFilter> = {},
): PacketRing {
  const program = buildCaptureFilter({
    endpoints: [{ address: null, port }],
    responses: true,
    incomingOnly: true,
    loopbackIndex: indexOf('lo'),
    interfaceIndexes: [],
    ...filter,
  })
  // Of those that wait to be drained, each may hold no more than came in ten milliseconds.
  const blocks = { blockBytes: 262_144, blockCount: 64, blockTimeoutMillis: 10 }
  const ring = { interfaceIndex: 0, ...blocks }
  return openPacketRing({ filter: program, ...ring, ...options })
}

/** Drains all that the ring took until now; empty segments are left out. */
export function drainAll(ring: PacketRing, counted = 0): Captured[] {
  const captured: Captured[] = []
  const segment = createSegment()
  const take: PacketHandler = (bytes, start, end, wireLength, etherType, at) => {
    // Fragments are taken too, those that a test beside this one sends among them.
    if (!decodeSegment(bytes, start, end, wireLength, etherType, segment)) return
    const payload = Buffer.from(bytes.subarray(segment.payloadStart, segment.payloadEnd))
    if (payload.length + segment.cutBytes === 0) return
    const destination = formatIpAddress(segment.addresses, 4)
    const { destinationPort: port, sourcePort: source, sequence, cutBytes } = segment
    const text = payload.toString('latin1')
    captured.push({ destination, port, source, sequence, payload: text, cutBytes, at })
  }
  drainCounted(ring, take, counted)
  return captured
}

/**
 * Drains as many packets as the kernel says that the ring holds: how soon it hands a block over
 * that is not full is up to the machine. `counted`: how many of an earlier count are to be
 * drained yet. Uses up the ring's statistics; gives what they were.
 */
export function drainCounted(ring: PacketRing, take: PacketHandler, counted = 0): RingStatistics {
  let [packets, dropped, drained] = [counted, 0, 0]
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const more = ring.statistics()
    packets += more.packets
    dropped += more.dropped
    if (drained >= packets - dropped) return { packets, dropped }
    ring.wait(100)
    drained += ring.drain(take)
  }
  assert.fail(`${drained} of ${packets} packets were handed over, and ${dropped} dropped`)
}

export function indexOf(name: string): number {
  return listInterfaces().find((one) => one.name === name)!.index
}

export async function startServer(): Promise<{ server: Server; port: number } & AsyncDisposable> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('answer'))
  })
  server.listen(0, '::')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { server, port, [Symbol.asyncDispose]: close }
}

/** Sends one request on a connection of its own and reads the response to its end. */
export async function request(host: string, port: number, path: string, body = ''): Promise<void> {
  const socket = connect({ host, port })
  const head = `POST ${path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n`
  socket.end(`${head}Content-Length: ${body.length}\r\n\r\n${body}`)
  socket.resume()
  await once(socket, 'close')
}

export function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** Two ends of a cable; the other end is in a namespace of its own where `namespace` says so. */
export function plugCable(namespace: boolean): Disposable & {
  near: string
  far: string
  space: string
} {
  const near = `rh${process.pid}n`
  const far = `rh${process.pid}f`
  const space = `rh${process.pid}`
  ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far)
  ip('link', 'set', near, 'up')
  if (namespace) {
    ip('netns', 'add', space)
    ip('link', 'set', far, 'netns', space)
    ip('-netns', space, 'link', 'set', far, 'up')
  } else ip('link', 'set', far, 'up')
  awaitLink(near)
  const unplug = () => {
    if (listInterfaces().some(({ name }) => name === near)) ip('link', 'del', near)
    if (namespace) ip('netns', 'del', space)
  }
  return { near, far, space, [Symbol.dispose]: unplug }
}

/** The kernel notices a link a little after it is there, and drops what is sent before that. */
export function awaitLink(name: string): void {
  for (let attempt = 0; attempt < 200_000; attempt++) {
    if (readFileSync(`/sys/class/net/${name}/operstate`, 'utf8') === 'up\n') break
  }
  // Changes nothing, but waits for the kernel's lock on what it is still doing.
  ip('link', 'set', name, 'up')
}

export function sendFrames(interfaceName: string, frames: readonly Buffer[]): void {
  const sendto = koffi
    .load(null)
    .func('intptr_t sendto(int, const void *, size_t, int, const void *, unsigned int)')
  const socket = libc.socket(17, 3, 0)
  for (const frame of frames) {
    const address = Buffer.alloc(20)
    address.writeUInt16LE(17, 0)
    frame.copy(address, 2, 12, 14)
    address.writeInt32LE(indexOf(interfaceName), 4)
    assert.equal(sendto(socket, frame, frame.length, 0, address, 20), frame.length)
  }
  libc.close(socket)
}
