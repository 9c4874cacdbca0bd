// What following responses adds to what a capture costs: `npm run bench responses`, as root. The
// command with and without --input-raw-track-response, in turns, beside the same load on a real
// nginx; and the pipeline alone, on packets in memory.
import { parseArgs } from 'node:util'
import { isBalanced, startRehearsal } from '../scripts/rehearsal.ts'
import { defaultCaptureSettings, PacketPipeline } from '../src/app/packet-pipeline.ts'
import { MemoryBudget } from '../src/base/memory-budget.ts'
import { MessageBatchWriter } from '../src/protocol/frame/message-batch.ts'
import { TcpConversation } from '../test/support/packets.ts'
import { type Figure, formatFigures } from './support/figures.ts'
import { measureLoad } from './support/load-process.ts'
import { openStageSet } from './support/stage-set.ts'

const ratioMax = 1.4
const rates = [5_000, 15_000]
/** Compiling is over then: a capture runs for hours. */
const warmSeconds = 6
const { values } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '12' }, rounds: { type: 'string', default: '3' } },
})

async function main(): Promise<void> {
  const figures = [...measurePipeline(), ...(await measureCommand())]
  console.log(formatFigures(figures))
}

async function measureCommand(): Promise<readonly Figure[]> {
  await using stage = await openStageSet()
  const figures: Figure[] = []
  for (const rate of rates) {
    const costs = { without: [] as number[], with: [] as number[] }
    for (let round = 0; round < Number(values.rounds); round++) {
      costs.without.push(await measureRun(stage.productionPort, rate, []))
      costs.with.push(await measureRun(stage.productionPort, rate, ['--input-raw-track-response']))
    }
    const [without, withResponses] = [median(costs.without), median(costs.with)]
    const of = `capture, ${rate}/s:`
    figures.push(
      { name: `${of} CPU for 1,000 requests`, value: without, unit: 'ms', max: null },
      { name: `${of} with their responses`, value: withResponses, unit: 'ms', max: null },
      { name: `${of} ratio`, value: withResponses / without, unit: '×', max: ratioMax },
    )
  }
  return figures
}

/** CPU time in ms for 1,000 requests; every message must have been captured. */
async function measureRun(port: number, perSecond: number, flags: string[]): Promise<number> {
  const args = ['--input-raw', `:${port}`, '--output-null', ...flags]
  await using rehearsal = await startRehearsal({ args })
  const seconds = Number(values.seconds)
  const load = await measureLoad({ port, perSecond, warmSeconds, seconds }, rehearsal.pid)
  const ledger = await rehearsal.finish()
  const captured = load.sent * (flags.length === 0 ? 1 : 2)
  if (!isBalanced(ledger) || ledger.captured !== captured) {
    throw new Error(`${captured} messages were to be captured: ${JSON.stringify(ledger)}`)
  }
  return load.cpuMillisPerThousand
}

/** Decoding, reassembly, framing, pairing and packing, of exchanges like the load's. */
function measurePipeline(): readonly Figure[] {
  const packets = composePackets()
  const costs = { without: [] as number[], with: [] as number[] }
  for (let round = 0; round < 5; round++) {
    costs.without.push(runPipeline(packets, false))
    costs.with.push(runPipeline(packets, true))
  }
  const [without, withResponses] = [Math.min(...costs.without), Math.min(...costs.with)]
  return [
    { name: 'pipeline alone: an exchange', value: without, unit: 'µs', max: null },
    { name: 'pipeline alone: with its response', value: withResponses, unit: 'µs', max: null },
  ]
}

const connections = 64
const exchangesEach = 200
const repetitions = 10

interface Packet {
  readonly bytes: Uint8Array
  readonly fromServer: boolean
}

function composePackets(): readonly (readonly Packet[])[] {
  const request = 'GET /item HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: load\r\nAccept: */*\r\n\r\n'
  const head = 'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Wed, 25 Nov 2026 10:00:00 GMT\r\n'
  const fields = 'Content-Type: text/plain\r\nContent-Length: 66\r\nConnection: keep-alive\r\n\r\n'
  return Array.from({ length: connections }, (_, index) => {
    const client = `10.0.0.1:${10_000 + index}`
    const conversation = new TcpConversation({ client, server: '10.0.0.2:80' }).open()
    for (let exchange = 0; exchange < exchangesEach; exchange++) {
      conversation.request(request).response(`${head}${fields}${'b'.repeat(66)}`)
    }
    return conversation
      .close()
      .packets.map(({ bytes }) => ({ bytes, fromServer: bytes.readUInt16BE(20) === 80 }))
  })
}

/** Microseconds for each exchange; without responses, the kernel's filter leaves theirs out. */
function runPipeline(conversations: readonly (readonly Packet[])[], responses: boolean): number {
  const out = new MessageBatchWriter()
  const start = performance.now()
  let messages = 0
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const pipeline = new PacketPipeline({
      isCaptured: (_addresses, _offset, port) => port === 80,
      settings: { ...defaultCaptureSettings, responses },
      instance: '00000000',
      limits: { headBytesMax: 262_144, messageBytesMax: 5 << 20 },
      budget: new MemoryBudget(1 << 26),
      account: { dropped: (reason) => console.log(`lost: ${reason}`) },
      out,
      hashSeed: 1,
    })
    for (const packets of conversations) {
      for (const { bytes, fromServer } of packets) {
        if (fromServer && !responses) continue
        pipeline.push(bytes, 0, bytes.length, bytes.length, 0x0800, 1_000)
      }
      messages += out.count()
      out.take()
    }
  }
  const exchanges = connections * exchangesEach * repetitions
  if (messages < exchanges * (responses ? 2 : 1)) throw new Error(`${messages} messages`)
  return ((performance.now() - start) * 1_000) / exchanges
}

function median(costs: readonly number[]): number {
  return costs.toSorted((a, b) => a - b)[Math.floor(costs.length / 2)]!
}

await main()
