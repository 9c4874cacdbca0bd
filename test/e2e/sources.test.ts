// Every place that packets come from: mirrors, capture files, several threads, tunnels.
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { findFreePort } from '../../scripts/free-port.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { buildCaptureFilter } from '../../src/capture/filter-program.ts'
import { listInterfaces } from '../../src/capture/io/interfaces.ts'
import { openPacketRing } from '../../src/capture/io/packet-ring.ts'
import { writePcap } from '../../src/capture/pcap-file.ts'
import type { LedgerSnapshot } from '../../src/model/ledger-snapshot.ts'
import { buildEthernetFrame, TcpConversation, type TimedPacket } from '../support/packets.ts'
import { drainCounted } from '../support/real-packets.ts'
import { type RecordingTarget, startRecordingTarget } from '../support/recording-target.ts'
import { eventually, rehearse, runRehearsal } from '../support/rehearsal.ts'
import { composeTraffic, expectedAtTarget, sendTraffic } from '../support/traffic.ts'

const loopback = listInterfaces().find(({ isLoopback }) => isLoopback)!

/** What is sent to the port while `work` runs, from the IP header on. */
async function captureWhile(port: number, work: () => Promise<void>): Promise<TimedPacket[]> {
  const filter = buildCaptureFilter({
    endpoints: [{ address: null, port }],
    responses: false,
    incomingOnly: true,
    loopbackIndex: loopback.index,
    interfaceIndexes: [],
  })
  const sizes = { blockBytes: 262_144, blockCount: 64, blockTimeoutMillis: 10 }
  const ring = openPacketRing({ filter, interfaceIndex: loopback.index, ...sizes })
  await work()
  const packets: TimedPacket[] = []
  drainCounted(ring, (bytes, start, end, _wireLength, _etherType, at) => {
    packets.push({ at, bytes: Buffer.from(bytes.subarray(start, end)) })
  })
  ring.close()
  return packets
}

function receivedBy(target: RecordingTarget): string[] {
  const texts = target.connections.map((parts) => Buffer.concat(parts).toString('latin1'))
  return texts.filter((text) => text !== '').sort()
}

/** Runs to the end of the files; the ledger is that of the exit. */
async function replay(args: readonly string[], folder: string): Promise<LedgerSnapshot> {
  const ledger = join(folder, 'replayed.json')
  const { status, output } = await runRehearsal([...args, '--ledger', ledger])
  assert.equal(status, 0, output)
  return JSON.parse(readFileSync(ledger, 'utf8')) as LedgerSnapshot
}

const queuedBytesMax = 50_000

/** Where the kernel has no room for a datagram it is lost, however soon its reader comes. */
async function awaitRoom(port: number): Promise<void> {
  const local = `:${port.toString(16).toUpperCase()} `
  for (;;) {
    const tables = ['udp', 'udp6'].map((name) => readFileSync(`/proc/net/${name}`, 'utf8'))
    const lines = tables.join('').split('\n')
    const own = lines.filter((line) => line.slice(0, 60).includes(local))
    const queued = own.map((line) =>
      Number.parseInt(/ [0-9A-F]{8}:([0-9A-F]{8}) /.exec(line)![1]!, 16),
    )
    if (Math.max(0, ...queued) < queuedBytesMax) return
    await nextTurn()
  }
}

const datagrams = createSocket('udp4').unref()
const sendDatagram = promisify(
  (bytes: Uint8Array, port: number, done: (error: Error | null) => void) =>
    datagrams.send(bytes, port, '127.0.0.1', done),
)

test('traffic that is mirrored in VXLAN datagrams is copied byte for byte, of the networks named', async () => {
  await using production = await startRecordingTarget()
  await using candidate = await startRecordingTarget()
  const traffic = composeTraffic(31, 8, 12)
  const where = { host: '127.0.0.1', port: production.port }
  const packets = await captureWhile(production.port, () => sendTraffic(where, traffic))
  const port = await findFreePort()
  await using rehearsal = await rehearse([
    ...['--input-raw', `:${production.port}`, '--input-raw-engine', 'vxlan'],
    ...['--input-raw-vxlan-port', `${port}`, '--input-raw-vxlan-vni', '7'],
    ...['--output-http', `http://127.0.0.1:${candidate.port}`],
  ])
  for (const { bytes } of packets) {
    await awaitRoom(port)
    const header = Buffer.from('0800000000000700', 'hex')
    await sendDatagram(Buffer.concat([header, buildEthernetFrame(bytes, [5])]), port)
    // The same on a network that is not wanted, and bytes that are no VXLAN at all.
    header[6] = 8
    await sendDatagram(Buffer.concat([header, buildEthernetFrame(bytes)]), port)
    await sendDatagram(bytes, port)
  }
  await eventually('all replayed', () => candidate.requests() === 96)
  const ledger = await rehearsal.finish()
  assert.deepEqual(ledger.sources[0]!.dropped, {})
  assert.equal(ledger.captured, 96)
  const host = `127.0.0.1:${candidate.port}`
  const expected = traffic.map(({ requests }) =>
    requests.map((request) => expectedAtTarget(request, host)).join(''),
  )
  assert.deepEqual(receivedBy(candidate), expected.sort())
})

test('two capture threads copy every request once, those of a connection in order', async () => {
  await using production = await startRecordingTarget()
  await using candidate = await startRecordingTarget()
  const traffic = composeTraffic(32, 40, 12)
  await using rehearsal = await rehearse([
    ...['--input-raw', `:${production.port}`, '--input-raw-workers', '2', '--input-raw-stats'],
    ...['--output-http', `http://127.0.0.1:${candidate.port}`],
  ])
  await sendTraffic({ host: '127.0.0.1', port: production.port }, traffic)
  await eventually('all replayed', () => candidate.requests() === 480)
  const told = /thread (1|2): [1-9]\d* packets\/s \(0 dropped\), [1-9]\d* messages\/s/g
  const threads = () => new Set([...rehearsal.output().matchAll(told)].map((match) => match[1]))
  await eventually('both threads had a share', () => threads().size === 2)
  const ledger = await rehearsal.finish()
  assert.deepEqual(ledger.sources[0]!.dropped, {})
  assert.equal(ledger.captured, 480)
  const host = `127.0.0.1:${candidate.port}`
  const expected = traffic.map(({ requests }) =>
    requests.map((request) => expectedAtTarget(request, host)).join(''),
  )
  assert.deepEqual(receivedBy(candidate), expected.sort())
})

test('a live capture looks into tunnels where it is told to', async () => {
  const { packets } = new TcpConversation({ client: '10.0.0.9:4711', server: '10.0.0.2:8081' })
    .open()
    .request('GET /inside HTTP/1.1\r\nHost: a\r\n\r\n')
  const captured = async (args: readonly string[]) => {
    await using rehearsal = await rehearse([...args, '--output-null'])
    const header = Buffer.from('0800000000000700', 'hex')
    const frames = packets.map(({ bytes }) => Buffer.concat([header, buildEthernetFrame(bytes)]))
    // Nobody listens there: it is what passes by that counts.
    for (const frame of frames) await sendDatagram(frame, 4789)
    return (await rehearsal.finish()).captured
  }
  assert.equal(await captured(['--input-raw', 'lo:8081', '--input-raw-tunnels']), 1)
  assert.equal(await captured(['--input-raw', 'lo:8081']), 0)
})

test('every port of this host is captured, where services are, on the interface named', async () => {
  await using production = await startRecordingTarget()
  const traffic = composeTraffic(33, 3, 5)
  await using rehearsal = await rehearse(['--input-raw', 'l*:0', '--output-null'])
  await sendTraffic({ host: '127.0.0.1', port: production.port }, traffic)
  await eventually('all captured', () => rehearsal.ledger().captured >= 15)
  assert.equal((await rehearsal.finish()).captured, 15)
})

test('a capture file is replayed at its own distances, twice as fast, or as soon as possible', async () => {
  using folder = createTemporaryFolder('sources')
  const path = join(folder.path, 'capture.pcap')
  const conversation = new TcpConversation({
    client: '10.0.0.9:4711',
    server: '10.0.0.2:80',
    at: 1_700_000_000_000_000,
    interval: 100_000,
  }).open()
  for (let request = 0; request < 10; request++) {
    conversation
      .request(`GET /${request} HTTP/1.1\r\nHost: a\r\n\r\n`)
      .response('HTTP/1.1 204 X\r\n\r\n')
  }
  const frames = conversation.packets.map(({ at, bytes }) => ({
    at,
    bytes,
    wireLength: bytes.length,
  }))
  writeFileSync(path, writePcap(101, frames))
  const took = async (address: string, pace: string) => {
    await using target = await startRecordingTarget()
    const started = performance.now()
    const ledger = await replay(
      [
        ...['--input-raw', address, '--input-raw-engine', 'pcap_file', '--replay-pace', pace],
        ...['--output-http', `http://127.0.0.1:${target.port}`],
      ],
      folder.path,
    )
    assert.equal(ledger.outputs[0]!.answered, 10)
    return performance.now() - started
  }
  await took(path, 'asap')
  // 1.8 s lie between the first request and the last.
  const recorded = await took(path, 'recorded')
  const twice = await took(`${path}:80|200%`, 'recorded')
  assert.ok(recorded > 1_800 && twice > 900, `${recorded} ${twice}`)
  const engine = ['--input-raw', path, '--input-raw-engine', 'pcap_file', '--output-null']
  const { output } = await runRehearsal([...engine, '--input-file-dry-run'])
  assert.match(output, /capture\.pcap\n {2}10 requests, 0 responses[\s\S]*plays 1\.800s\n$/)
  await using looping = await rehearse([
    ...[...engine, '--input-file-loop', '--replay-pace', 'asap'],
  ])
  await eventually('it begins again', () => looping.ledger().captured > 20)
})
