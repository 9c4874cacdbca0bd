import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { buildEthernetFrame, TcpConversation } from '../../test/support/packets.ts'
import { writePcap } from '../capture/pcap-file.ts'
import type { SourceDropReason } from '../model/ledger.ts'
import { openPcapSource, parsePcapAddress } from './pcap-source.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-source-'))
after(() => rmSync(folder, { recursive: true }))

/** A file with one request, its answer, to the given port, in frames with a VLAN tag. */
function write(name: string, port: number): string {
  const conversation = new TcpConversation({
    client: '10.0.0.9:4711',
    server: `10.0.0.2:${port}`,
    at: 1_700_000_000_000_000 + port,
    interval: 1_000_000,
  })
  const { packets } = conversation
    .open()
    .request(`GET /${port} HTTP/1.1\r\nHost: a\r\n\r\n`, [9])
    .response('HTTP/1.1 204 No Content\r\n\r\n')
    .close()
  const frames = packets.map(({ at, bytes }) => {
    const frame = buildEthernetFrame(bytes, [7])
    return { at, bytes: frame, wireLength: frame.length }
  })
  const path = join(folder, name)
  writeFileSync(path, writePcap(1, frames))
  return path
}

const paths = [write('a.pcap', 8081), write('b.pcap', 8080)]

function open(ports: readonly number[], pending: () => number = () => 0) {
  const drops: [SourceDropReason, number][] = []
  const limits = { headBytesMax: 65_536, messageBytesMax: 1 << 20 }
  const account = {
    captured: () => {},
    dropped: (reason: SourceDropReason, count: number) => void drops.push([reason, count]),
  }
  const options = { paths, ports, limits, bufferedBytesMax: 1 << 20, pending }
  const source = openPcapSource(options, account)
  return { source, drops }
}

async function readTargets(ports: readonly number[]): Promise<readonly string[]> {
  const { source, drops } = open(ports)
  const targets: string[] = []
  for await (const batch of source.messages) {
    for (const { at, payload } of batch) {
      const [, target] = Buffer.from(payload).toString().split(' ')
      targets.push(target!)
      assert.equal(at, 1_700_000_003_000_000 + Number(target!.slice(1)))
    }
  }
  assert.deepEqual(drops, [])
  return targets
}

test('without a port, the requests to every service are read, merged by time', async () => {
  assert.deepEqual(await readTargets([]), ['/8080', '/8081'])
})

test('with ports, the requests to those are read', async () => {
  assert.deepEqual(await readTargets([8081]), ['/8081'])
  assert.deepEqual(await readTargets([80]), [])
  assert.deepEqual(await readTargets([8081, 8080]), ['/8080', '/8081'])
})

test('where outputs are behind, reading waits for them', async () => {
  const backlog = [5_000, 1_001]
  const { source } = open([], () => backlog.shift() ?? 0)
  const left: number[] = []
  for await (const _ of source.messages) left.push(backlog.length)
  assert.deepEqual([left[0], backlog.length], [2, 0])
})

test('what is stopped ends', async () => {
  const { source } = open([])
  source.stop()
  let messages = 0
  for await (const batch of source.messages) messages += batch.length
  assert.equal(messages, 0)
})

test('an address is a file, or a file and ports', () => {
  const checkRead = (text: string, pattern: string, ports: readonly number[]) =>
    assert.deepEqual(parsePcapAddress(text), { pattern, ports })
  checkRead('a.pcap', 'a.pcap', [])
  checkRead('a.pcap:80', 'a.pcap', [80])
  checkRead('/x/*.pcap.gz:80,8080', '/x/*.pcap.gz', [80, 8080])
  checkRead('12:30.pcap', '12:30.pcap', [])
  for (const text of ['', 'a.pcap:0', 'a.pcap:65536']) {
    assert.throws(() => parsePcapAddress(text), { code: 'bad-capture-address' })
  }
})
