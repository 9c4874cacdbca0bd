// How fast capture files become messages, on one core: `npm run bench pcap`. Whole connections with
// requests and answers of common sizes, as pcap on Ethernet, plain and gzipped.

import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createTemporaryFolder } from '../scripts/temporary-folder.ts'
import { defaultCaptureSettings } from '../src/app/packet-pipeline.ts'
import { linkTypes } from '../src/capture/link-decoder.ts'
import { writePcap } from '../src/capture/pcap-file.ts'
import { readPcapMessages } from '../src/cli/pcap-source.ts'
import { buildEthernetFrame, TcpConversation } from '../test/support/packets.ts'

const connections = 4_000
const requestsEach = 10
const rounds = 4
const targetMegabytes = 300

async function main(): Promise<void> {
  using folder = createTemporaryFolder('pcap-bench')
  const plain = join(folder.path, 'plain.pcap')
  writeFile(plain)
  const packed = join(folder.path, 'packed.pcap.gz')
  writeFileSync(packed, gzipSync(readFileSync(plain), { level: 1 }))
  const { size } = statSync(plain)
  for (const [name, path, target] of [
    ['pcap', plain, targetMegabytes],
    ['pcap, gzipped', packed, null],
  ] as const) {
    await measure(path)
    const runs: Measured[] = []
    for (let round = 0; round < rounds; round++) runs.push(await measure(path))
    const best = runs.reduce((a, b) => (a.seconds < b.seconds ? a : b))
    const megabytes = size / 1e6 / best.seconds
    const judged =
      target === null ? '' : `, target ${target}: ${megabytes >= target ? 'met' : 'GAP'}`
    console.log(
      `${name.padEnd(14)} ${megabytes.toFixed(0).padStart(5)} MB/s, ` +
        `${Math.round(best.messages / best.seconds)} messages/s, ` +
        `${best.cpuSeconds.toFixed(2)} s of CPU in ${best.seconds.toFixed(2)} s${judged}`,
    )
  }
}

interface Measured {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly messages: number
}

async function measure(path: string): Promise<Measured> {
  const limits = { headBytesMax: 262_144, messageBytesMax: 5 << 20 }
  const intake = {
    isCaptured: (_addresses: Int32Array, _offset: number, port: number) => port === 80,
    findServices: false,
    settings: defaultCaptureSettings,
    limits,
    vlanIds: [],
    acceptsFrame: null,
  }
  let messages = 0
  const options = { paths: [path], intake, bufferedBytesMax: 64 << 20 }
  const cpu = process.cpuUsage()
  const start = performance.now()
  for await (const batch of readPcapMessages(options, { dropped: fail })) {
    for (const { kind } of batch) if (kind === 'request') messages++
  }
  const seconds = (performance.now() - start) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  if (messages !== connections * requestsEach) throw new Error(`${messages} messages`)
  return { seconds, cpuSeconds: (user + system) / 1e6, messages }
}

function fail(reason: string): void {
  throw new Error(`lost: ${reason}`)
}

/** All connections one after the other: the order does not matter to what it costs. */
function writeFile(path: string): void {
  const frames = Array.from({ length: connections }, (_, index) => converse(index)).flat()
  writeFileSync(path, writePcap(linkTypes.ethernet, frames))
}

function converse(index: number) {
  const client = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}:4711`
  const conversation = new TcpConversation({ client, server: '10.0.0.2:80', at: index * 5_000 })
  conversation.open()
  const head = `HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n`
  for (let request = 0; request < requestsEach; request++) {
    const cookie = 'c'.repeat(400)
    conversation
      .request(`GET /${index}/${request} HTTP/1.1\r\nHost: shop\r\nCookie: ${cookie}\r\n\r\n`)
      .response(head + 'x'.repeat(5_000), [1448, 1448, 1448])
  }
  return conversation.close().packets.map(({ at, bytes }) => {
    const frame = buildEthernetFrame(bytes)
    return { at, bytes: frame, wireLength: frame.length }
  })
}

await main()
