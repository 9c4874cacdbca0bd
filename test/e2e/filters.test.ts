// `--input-raw-bpf-filter`, compiled by the libpcap of this host.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ensureLibpcap } from '../../scripts/system-packages.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { runFilter } from '../../src/capture/filter-machine.ts'
import { compileExpression } from '../../src/capture/io/libpcap.ts'
import { linkTypes } from '../../src/capture/link-decoder.ts'
import { writePcap } from '../../src/capture/pcap-file.ts'
import type { LedgerSnapshot } from '../../src/model/ledger-snapshot.ts'
import { buildEthernetFrame, buildTcpPacket, TcpConversation } from '../support/packets.ts'
import { startRecordingTarget } from '../support/recording-target.ts'
import { eventually, rehearse, runRehearsal } from '../support/rehearsal.ts'
import { composeTraffic, sendTraffic } from '../support/traffic.ts'

const libpcap = ensureLibpcap()

const ipv4 = buildTcpPacket({ source: '10.0.0.9:4711', destination: '10.0.0.1:80', payload: 'x' })
const ipv6 = buildTcpPacket({ source: '[fd00::9]:4711', destination: '[fd00::1]:80' })

const expressions = [
  ['tcp dst port 80', true, true],
  ['tcp src port 80', false, false],
  ['host 10.0.0.9', true, false],
  ['net 10.0.0.0/24 and not host 10.0.0.1', false, false],
  ['ip6 and portrange 79-81', false, true],
  ['len > 50', false, true],
  ['tcp[tcpflags] & tcp-ack != 0', true, false],
  ['', true, true],
] as const

for (const [expression, acceptsIpv4, acceptsIpv6] of expressions) {
  test(`'${expression}' takes what tcpdump would, on raw and on Ethernet links`, () => {
    const raw = compileExpression(expression, linkTypes.raw)
    assert.equal(runFilter(raw, ipv4, ipv4.length) !== 0, acceptsIpv4)
    assert.equal(runFilter(raw, ipv6, ipv6.length) !== 0, acceptsIpv6)
    const ethernet = compileExpression(expression, linkTypes.ethernet)
    const frames = [ipv4, ipv6].map((packet) => buildEthernetFrame(packet))
    const accepted = frames.map((frame) => runFilter(ethernet, frame, frame.length) !== 0)
    const isLength = expression.startsWith('len')
    assert.deepEqual(accepted, [isLength || acceptsIpv4, acceptsIpv6])
  })
}

const http = ['--output-http', 'http://127.0.0.1:9']

for (const [expression, line] of [
  ['tcp port', /syntax error.*pcap-filter\(7\)/],
  ['ether host 02:00:00:00:00:01', /ethernet addresses.*sees packets from their IP header on/],
  ['host no-such-host.invalid', /unknown host/],
] as const) {
  test(`the expression '${expression}' ends with one line and exit code 2`, async () => {
    const args = ['--input-raw', ':80', ...http, '--input-raw-bpf-filter', expression]
    const { status, output } = await runRehearsal(args)
    assert.equal(status, 2, output)
    assert.match(output, line)
    assert.equal(output.trimEnd().split('\n').length, 1, output)
  })
}

test('without libpcap one line names its package, and a capture without expressions runs', async () => {
  const hide = `mount --bind /dev/null ${libpcap} && exec "$0" "$@"`
  const through = ['unshare', '--mount', 'sh', '-c', hide]
  const input = ['--input-raw', ':80', '--input-raw-bpf-filter']
  const { status, output } = await runRehearsal([...input, 'tcp', ...http], through)
  assert.equal(status, 2, output)
  assert.match(output, /needs libpcap.*apt-get install libpcap0\.8/)
  assert.equal(output.trimEnd().split('\n').length, 1, output)
  const plain = ['--input-raw', ':80', '--output-null', '--exit-after', '100ms']
  assert.equal((await runRehearsal(plain, through)).status, 0)
})

test('a live capture takes what the expression does, of the port named', async () => {
  await using production = await startRecordingTarget({ host: '::' })
  await using rehearsal = await rehearse([
    ...['--input-raw', `:${production.port}`, '--input-raw-bpf-filter', 'ip6 and host ::1'],
    '--output-null',
  ])
  const traffic = composeTraffic(41, 2, 5)
  await sendTraffic({ host: '127.0.0.1', port: production.port }, traffic)
  await sendTraffic({ host: '::1', port: production.port }, traffic)
  await eventually('all captured', () => rehearsal.ledger().captured >= 10)
  assert.equal((await rehearsal.finish()).captured, 10)
})

test('of a capture file the expression takes frames, Ethernet and all', async () => {
  using folder = createTemporaryFolder('filters')
  const path = join(folder.path, 'capture.pcap')
  const conversations = ['10.0.0.2:80', '10.0.0.3:80'].map((server) =>
    new TcpConversation({ client: '10.0.0.9:4711', server })
      .open()
      .request('GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
  )
  const frames = conversations
    .flatMap(({ packets }) => packets)
    .map(({ at, bytes }) => {
      const frame = buildEthernetFrame(bytes)
      return { at, bytes: frame, wireLength: frame.length }
    })
  writeFileSync(path, writePcap(linkTypes.ethernet, frames))
  const ledger = join(folder.path, 'ledger.json')
  const captured = async (expression: string) => {
    const { status, output } = await runRehearsal([
      ...['--input-raw', path, '--input-raw-engine', 'pcap_file', '--output-null'],
      ...['--input-raw-bpf-filter', expression, '--ledger', ledger],
    ])
    assert.equal(status, 0, output)
    return (JSON.parse(readFileSync(ledger, 'utf8')) as LedgerSnapshot).captured
  }
  assert.equal(await captured('ether dst 02:00:00:00:00:02 and host 10.0.0.3'), 1)
  assert.equal(await captured('ether dst 02:00:00:00:00:03'), 0)
})
