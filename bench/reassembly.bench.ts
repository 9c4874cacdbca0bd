// What reassembly costs per segment, and whether it stays fast with many connections.
import { MemoryBudget } from '../src/base/memory-budget.ts'
import { createSegment, type Segment, tcpFlags } from '../src/model/segment.ts'
import { defaultReassemblyLimits, TcpReassembler } from '../src/reassembly/tcp-reassembler.ts'

const payloadBytes = 200
const connectionCounts = [1, 1_000, 100_000]
const warmUpSegments = 200_000
const measuredSegments = 2_000_000

function main(): void {
  console.log(`${payloadBytes}-byte payloads in order, connections in turn`)
  const rates = connectionCounts.map(measure)
  const slowdown = (rates[0]! / rates.at(-1)!).toFixed(1)
  console.log(`${connectionCounts.at(-1)} connections cost ${slowdown} times what one costs`)
}

/** Segments per second. */
function measure(connections: number): number {
  const reassembler = new TcpReassembler<null>({
    limits: defaultReassemblyLimits,
    budget: new MemoryBudget(64 * 1024 * 1024),
    sides: 'client',
    hashSeed: 7,
  })
  const segment = createSegment()
  segment.fromClient = true
  segment.destinationPort = 80
  segment.addresses.set([0, 0, 0xffff, 0x0a000001, 0, 0, 0xffff, 0x0a000002])
  segment.bytes = new Uint8Array(payloadBytes)
  const heapBefore = process.memoryUsage().heapUsed
  segment.flags = tcpFlags.syn
  for (let connection = 0; connection < connections; connection++) {
    aim(segment, connection)
    segment.sequence = -1
    reassembler.push(segment)
  }
  const heapBytes = process.memoryUsage().heapUsed - heapBefore
  segment.flags = tcpFlags.ack
  segment.payloadEnd = payloadBytes
  let pushed = 0
  let delivered = 0
  const run = (count: number) => {
    for (const end = pushed + count; pushed < end; pushed++) {
      aim(segment, pushed % connections)
      segment.sequence = (Math.floor(pushed / connections) * payloadBytes) | 0
      segment.at = pushed
      for (const event of reassembler.push(segment)) {
        if (event.kind === 'data') delivered += event.bytes.length
      }
    }
  }
  run(warmUpSegments)
  const start = performance.now()
  run(measuredSegments)
  const perSecond = (measuredSegments * 1_000) / (performance.now() - start)
  if (delivered !== pushed * payloadBytes) throw new Error('not every byte was delivered')
  const nanos = Math.round(1e9 / perSecond)
  console.log(
    `${String(connections).padStart(7)} connections ` +
      `${(perSecond / 1e6).toFixed(1).padStart(5)} M/s ` +
      `${String(nanos).padStart(5)} ns each, ` +
      `${Math.round(heapBytes / connections)} bytes of heap per connection`,
  )
  return perSecond
}

/** Makes the segment one of the client connection with that number. */
function aim(segment: Segment, connection: number): void {
  segment.addresses[3] = 0x0a000000 + (connection >>> 10)
  segment.sourcePort = 1_024 + (connection & 1_023)
}

main()
