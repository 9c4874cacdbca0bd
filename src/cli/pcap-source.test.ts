import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { buildEthernetFrame, TcpConversation } from '../../test/support/packets.ts'
import { fc } from '../../test/support/properties.ts'
import { defaultCaptureSettings } from '../app/packet-pipeline.ts'
import { writePcap } from '../capture/pcap-file.ts'
import type { SourceDropReason } from '../model/ledger.ts'
import type { OperatorError } from '../model/operator-error.ts'
import { parsePcapAddress, readPcapMessages } from './pcap-source.ts'

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

type Settings = Partial<Parameters<typeof readPcapMessages>[0]['intake']>

function open(settings: Settings, files: readonly string[] = paths) {
  const drops: [SourceDropReason, number][] = []
  const limits = { headBytesMax: 65_536, messageBytesMax: 1 << 20 }
  const account = {
    dropped: (reason: SourceDropReason, count: number) => void drops.push([reason, count]),
  }
  const intake = {
    isCaptured: () => true,
    findServices: true,
    settings: defaultCaptureSettings,
    limits,
    vlanIds: [],
    acceptsFrame: null,
    ...settings,
  }
  const messages = readPcapMessages({ paths: files, intake, bufferedBytesMax: 1 << 20 }, account)
  return { messages, drops }
}

async function readTargets(settings: Settings): Promise<readonly string[]> {
  const { messages, drops } = open(settings)
  const targets: string[] = []
  for await (const batch of messages) {
    for (const { at, kind, payload } of batch) {
      if (kind !== 'request') continue
      const [, target] = Buffer.from(payload).toString().split(' ')
      targets.push(target!)
      assert.equal(at, 1_700_000_003_000_000 + Number(target!.slice(1)))
    }
  }
  assert.deepEqual(drops, [])
  return targets
}

function atPorts(...ports: readonly number[]): Settings {
  return { findServices: false, isCaptured: (_addresses, _offset, port) => ports.includes(port) }
}

test('without a port, the requests to every service are read, merged by time', async () => {
  assert.deepEqual(await readTargets({}), ['/8080', '/8081'])
})

test('with ports, the requests to those are read', async () => {
  assert.deepEqual(await readTargets(atPorts(8081)), ['/8081'])
  assert.deepEqual(await readTargets(atPorts(80)), [])
  assert.deepEqual(await readTargets(atPorts(8081, 8080)), ['/8080', '/8081'])
})

test('with VLANs, the requests in those are read', async () => {
  assert.deepEqual(await readTargets({ vlanIds: [7] }), ['/8080', '/8081'])
  assert.deepEqual(await readTargets({ vlanIds: [8] }), [])
})

test('a request that was begun first comes first, though it was whole last', async () => {
  const [client, server] = ['10.0.0.9:5000', '10.0.0.2:80']
  const slow = new TcpConversation({ client, server, at: 1_000_000, interval: 100_000 })
  slow.open().request('POST /slow HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc', [10, 10, 10])
  const quick = new TcpConversation({ client: '10.0.0.9:5001', server, at: 1_350_000 })
  quick.open().request('GET /quick HTTP/1.1\r\nHost: a\r\n\r\n')
  const packets = [...slow.packets, ...quick.packets].sort((a, b) => a.at - b.at)
  const frames = packets.map(({ at, bytes }) => {
    return { at, bytes, wireLength: bytes.length }
  })
  const path = join(folder, 'slow.pcap')
  writeFileSync(path, writePcap(101, frames))
  const heads: string[] = []
  for await (const batch of open({}, [path]).messages) {
    for (const { kind, payload } of batch) {
      if (kind === 'request') heads.push(Buffer.from(payload).toString().split(' ')[1]!)
    }
  }
  assert.deepEqual(heads, ['/slow', '/quick'])
})

test('a file with any bytes changed is read to its end, or told in one line', async () => {
  const original = readFileSync(paths[0]!)
  const path = join(folder, 'damaged.pcap')
  const change = fc.tuple(fc.nat(original.length - 1), fc.nat(255))
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
      const damaged = Buffer.from(original)
      for (const [at, value] of changes) damaged[at] = value
      writeFileSync(path, damaged)
      try {
        for await (const batch of open({}, [path]).messages) assert.ok(batch.length > 0)
      } catch (error) {
        assert.equal((error as OperatorError).code, 'bad-pcap', `${error}`)
      }
    }),
    { numRuns: 300 },
  )
})

test('an address is a file, or a file and ports', () => {
  const checkRead = (text: string, pattern: string, ports: readonly number[]) =>
    assert.deepEqual(parsePcapAddress(text), { pattern, ports })
  checkRead('a.pcap', 'a.pcap', [])
  checkRead('a.pcap:80', 'a.pcap', [80])
  checkRead('/x/*.pcap.gz:80,8080', '/x/*.pcap.gz', [80, 8080])
  checkRead('12:30.pcap', '12:30.pcap', [])
  checkRead('a.pcap:0', 'a.pcap', [])
  for (const text of ['', 'a.pcap:65536']) {
    assert.throws(() => parsePcapAddress(text), { code: 'bad-capture-address' })
  }
})
