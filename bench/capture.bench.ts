// What it costs to capture: packets sent to the loopback by a process of their own, taken from the
// ring and decoded by this one. Needs CAP_NET_RAW.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import koffi from 'koffi'
import { createEndpointMatcher } from '../src/capture/endpoint-matcher.ts'
import { buildCaptureFilter } from '../src/capture/filter-program.ts'
import { listInterfaces } from '../src/capture/io/interfaces.ts'
import * as libc from '../src/capture/io/libc.ts'
import { openPacketRing, type PacketRing } from '../src/capture/io/packet-ring.ts'
import { decodeSegment } from '../src/capture/packet-decoder.ts'
import { createSegment, tcpFlags } from '../src/model/segment.ts'
import { buildEthernetFrame, buildTcpPacket } from '../test/support/packets.ts'

const port = 59_080
const payloadBytes = 200
const seconds = 1.5
const endpoints = [{ address: null, port }]
const loopback = listInterfaces().find(({ isLoopback }) => isLoopback)!

const cases = [
  { perSecond: 0, blockTimeoutMillis: 10, millisMax: null },
  { perSecond: 1_000, blockTimeoutMillis: 5, millisMax: null },
  { perSecond: 1_000, blockTimeoutMillis: 10, millisMax: null },
  { perSecond: 1_000, blockTimeoutMillis: 20, millisMax: null },
  { perSecond: 40_000, blockTimeoutMillis: 10, millisMax: 1 },
] as const

async function main(): Promise<void> {
  if (process.argv[2] === 'send') return sendPackets(Number(process.argv[3]))
  measureDecoding()
  for (const { perSecond, blockTimeoutMillis, millisMax } of cases) {
    const measured = await measureCapture(perSecond, blockTimeoutMillis)
    const { packets, dropped, wakeUps, cpuMillis } = measured
    const perThousand = (cpuMillis * 1000) / packets
    console.log(
      `${String(perSecond).padStart(6)} packets/s, blocks of ${blockTimeoutMillis} ms: ` +
        `${packets} captured, ${dropped} dropped, ${Math.round(wakeUps / seconds)} wake-ups/s, ` +
        `${(cpuMillis / seconds / 10).toFixed(2)} % of a core` +
        (packets === 0 ? '' : `, ${perThousand.toFixed(2)} ms per 1000 packets`),
    )
    if (millisMax === null) continue
    const isMet = perThousand <= millisMax && dropped === 0
    console.log(`  target ${millisMax} ms per 1000 and none dropped: ${isMet ? 'met' : 'MISSED'}`)
  }
}

async function measureCapture(perSecond: number, blockTimeoutMillis: number) {
  const filter = buildCaptureFilter({
    endpoints,
    responses: false,
    incomingOnly: true,
    loopbackIndex: loopback.index,
    interfaceIndexes: [],
  })
  const sizes = { blockBytes: 256 * 1024, blockCount: 128 }
  const ring = openPacketRing({ filter, interfaceIndex: 0, ...sizes, blockTimeoutMillis })
  const sender = spawn(process.execPath, [import.meta.filename, 'send', String(perSecond)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(sender, 'exit')
  await once(sender.stdout, 'data')
  ring.statistics()
  const measured = capture(ring)
  const { dropped } = ring.statistics()
  ring.close()
  sender.kill()
  await exited
  return { ...measured, dropped }
}

function capture(ring: PacketRing) {
  const segment = createSegment()
  const isCaptured = createEndpointMatcher(endpoints)
  let packets = 0
  let wakeUps = 0
  const start = performance.now()
  const before = process.cpuUsage()
  while (performance.now() - start < seconds * 1000) {
    ring.wait(100)
    wakeUps++
    ring.drain((bytes, packetStart, end, wireLength, etherType) => {
      if (!decodeSegment(bytes, packetStart, end, wireLength, etherType, segment)) return
      if (isCaptured(segment.addresses, 4, segment.destinationPort)) packets++
    })
  }
  const { user, system } = process.cpuUsage(before)
  return { packets, wakeUps, cpuMillis: (user + system) / 1000 }
}

function measureDecoding(): void {
  const packet = buildPacket()
  const segment = createSegment()
  const isCaptured = createEndpointMatcher(endpoints)
  const rounds = 5_000_000
  let captured = 0
  const start = performance.now()
  for (let round = 0; round < rounds; round++) {
    if (!decodeSegment(packet, 0, packet.length, packet.length, 0x0800, segment)) continue
    if (isCaptured(segment.addresses, 4, segment.destinationPort)) captured++
  }
  const nanos = ((performance.now() - start) * 1e6) / rounds
  console.log(`decode and match one packet: ${nanos.toFixed(0)} ns (${captured === rounds})`)
}

function buildPacket(): Buffer {
  return buildTcpPacket({
    source: '127.0.0.9:40000',
    destination: `127.0.0.1:${port}`,
    flags: tcpFlags.ack | tcpFlags.psh,
    payload: 'x'.repeat(payloadBytes),
  })
}

/** Sends at the given rate until killed; the frames' MAC address keeps the host from answering. */
function sendPackets(perSecond: number): void {
  const frame = buildEthernetFrame(buildPacket())
  const address = Buffer.alloc(20)
  address.writeUInt16LE(17, 0)
  address.writeUInt16BE(0x0800, 2)
  address.writeInt32LE(loopback.index, 4)
  const sendto = koffi
    .load(null)
    .func('intptr_t sendto(int, const void *, size_t, int, const void *, unsigned int)')
  const socket = libc.socket(17, 3, 0)
  console.log('ready')
  const start = performance.now()
  let sent = 0
  setInterval(() => {
    const due = ((performance.now() - start) * perSecond) / 1000
    for (; sent < due; sent++) sendto(socket, frame, frame.length, 0, address, 20)
  }, 1)
}

await main()
