// What an operator gets wrong: one line that says what to do, exit code 2, no stack.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { listenLocally } from '../support/local-server.ts'
import { command, eventually, rehearse, runRehearsal } from '../support/rehearsal.ts'

const http = ['--output-http', 'http://127.0.0.1:9']
const unprivileged = [
  'setpriv',
  '--reuid=65534',
  '--regid=65534',
  '--clear-groups',
  '--inh-caps=-all',
]

const folder = createTemporaryFolder('operator')
const pipe = join(folder.path, 'a-pipe')
assert.equal(spawnSync('mkfifo', [pipe]).status, 0)

const wrong: readonly (readonly [readonly string[], RegExp])[] = [
  [['--input-raw', 'nonsense', ...http], /'nonsense' has no port.*write :80/],
  [['--input-raw', 'a.pcap.gz:80', ...http], /names a capture file.*-engine pcap_file/],
  [['--input-raw', ':80', '--output-http', 'ftp://x'], /is no http or https address.*write http:/],
  [['--input-raw', ':80', '--output-http', 'http://no-such-host.invalid'], /cannot find the host/],
  [['--input-raw', 'no-such-host.invalid:80', ...http], /no-such-host\.invalid/],
  [['--input-raw', ':80', '--output-tcp', 'preview'], /'preview' is no address.*preview:28020/],
  [['--input-raw', ':80'], /there is no output.*--output-http/],
  [http, /there is no input.*--input-raw :80/],
  [['--input-raw', ':9', ...http], /is the input address :9.*--allow-loop/],
  [['--input-tcp', ':28020', '--output-tcp', 'localhost:28020'], /is the input address :28020/],
  [
    ['--input-raw', ':80', '--input-raw-interface', 'eth77', ...http],
    /no network interface 'eth77'.*lo/,
  ],
  [['--input-raw', ':80|300%', ...http], /put \|300% on the output/],
  [['--input-raw', ':80|many', ...http], /cannot read the limit 'many'/],
  [['--input-raw', ':80', ...http, '--exit-after', 'soon'], /'soon' is no duration.*300ms/],
  [['--input-raw', ':80', ...http, '--copy-buffer-size', 'big'], /'big' is no size.*32mb/],
  [
    ['--input-raw', ':80', ...http, '--ledger', '/no/such/folder/l'],
    /cannot write the ledger.*ENOENT/,
  ],
  [['--input-dummy', '1', '--output-stdout', '--output-stdout-format', 'xml'], /'xml' is unknown/],
  [['--input-raw', ':80', ...http, '--user', 'no-such-user'], /cannot run as user 'no-such-user'/],
  [['--input-raw', 'k8s://web:80', ...http], /Kubernetes addresses come in a later release/],
  [['--input-raw', 'eth9*:80', ...http], /no network interface 'eth9\*'.*lo/],
  [['--input-raw', ':80', '--input-raw-monitor', ...http], /monitor.* is not supported/],
  [['--input-raw', ':80', '--input-raw-engine', 'netmap', ...http], /'netmap' is unknown.*vxlan/],
  [['--input-raw', ':80', '--input-raw-workers', '99', ...http], /99 is more than the 64/],
  [['--input-raw', ':80', '--input-raw-vlan-vid', '4095', ...http], /'4095' is no VLAN/],
  [
    ['--input-raw', ':80', '--input-raw-timestamp-type', 'PCAP_TSTAMP_ADAPTER', ...http],
    /PCAP_TSTAMP_ADAPTER is not available: .*PCAP_TSTAMP_HOST/,
  ],
  [
    ['--input-raw', ':80', '--input-raw-engine', 'vxlan', '--input-raw-vxlan-vni', 'x', ...http],
    /'x' is no VXLAN network/,
  ],
  [
    ['--input-dummy', '1', '--output-file', '/proc/none/x.gor'],
    /no file can be made in \/proc\/none/,
  ],
  [['--input-dummy', '1', ...http, '--input-file-dry-run'], /has no file to look into/],
  [['--input-file', import.meta.dirname, '--output-null'], /is a folder.*\*\.gor/],
  [['--input-file', import.meta.filename, '--output-null'], /is no recording.*HAR/],
  [['--input-file', pipe, '--output-null'], /a-pipe' is a pipe; .*to a file first/],
  [
    ['--input-raw-engine', 'pcap_file', '--input-raw', pipe, '--output-null'],
    /a-pipe' is a pipe; .*to a file first/,
  ],
  [
    ['--input-raw-engine', 'pcap_file', '--input-raw', import.meta.filename, '--output-null'],
    /it is no pcap file.*tcpdump/,
  ],
  [['--input-dummy', '1', '--output-null', '--output-stdout-format', 'xml'], /'xml' is unknown/],
  [['--input-dummy', '1', '--output-null', '--output-http-redirects', 'x'], /write 0 or a whole/],
  [['--input-dummy', '1', '--output-file', import.meta.dirname], /is a folder.*\/requests\.gor/],
  [
    ['--input-dummy', '1', ...http, '--correlate', '--correlate-log', '/proc/none/l'],
    /cannot write --correlate-log .*ENOENT/,
  ],
  [['--input-dummy', '1', '--output-null', '--compare-header', 'X'], /needs --compare FOLDER/],
  [['--input-dummy', '1', '--output-http', 'http://127.0.0.1:0'], /names port 0/],
  [['--input-dummy', '1', '--output-null', '--input-raw-vxlan-port', 'x'], /is no port/],
  [['--input-dummy', '1', '--output-null', '--cpuprofile', '/no/x'], /cannot write --cpuprofile/],
  [['--input-dummy', '1', '--output-null', '--script', '/no.ts'], /there is no script \/no\.ts/],
  [['--input-dummy', '1', '--output-null', '--http-allow-method', 'GET x'], /write GET/],
  [['--inptu-raw', ':80'], /did you mean --input-raw/],
  [['--output-kafka-host', 'x'], /Kafka comes in a later release.*--output-tcp/],
]

for (const [args, line] of wrong) {
  test(`rehearsal ${args.join(' ')} ends with one line and exit code 2`, async () => {
    const { status, output } = await runRehearsal(args)
    assert.equal(status, 2, output)
    assert.match(output, line)
    assert.equal(output.trimEnd().split('\n').length, 1, output)
    assert.doesNotMatch(output, /^\s+at /m)
  })
}

test('without the capability the line names it, and both ways to grant it', async () => {
  const { status, output } = await runRehearsal(['--input-raw', ':80', ...http], unprivileged)
  assert.equal(status, 2, output)
  assert.match(output, /CAP_NET_RAW.*sudo.*setcap/)
})

const toldToOthers: readonly (readonly [readonly string[], RegExp])[] = [
  [['--input-dummy', '1', '--output-null', '--user', 'root'], /cannot run as user 'root'/],
  [['--input-dummy', '1', '--output-file', '/root/x/a.gor'], /no file can be made.*EACCES/],
  [['--input-dummy', '1', '--output-null', '--script', '/root/x.ts'], /no script/],
]

for (const [args, line] of toldToOthers) {
  test(`who is not root is told of ${args.slice(-2).join(' ')} in one line`, async () => {
    const { status, output } = await runRehearsal(args, unprivileged)
    assert.equal(status, 2, output)
    assert.match(output, line)
    assert.equal(output.trimEnd().split('\n').length, 1, output)
  })
}

test('CAP_NET_RAW alone is enough to capture', async () => {
  const withCapability = [
    ...unprivileged.slice(0, -1),
    '--inh-caps=+net_raw',
    '--ambient-caps=+net_raw',
  ]
  await using rehearsal = await rehearse(['--input-raw', ':80', ...http], withCapability)
  const ledger = await rehearsal.finish()
  assert.equal(ledger.captured, 0)
})

test('a replayer that is not there is told once, and what waited for it is counted', async () => {
  const args = ['--input-dummy', '100', '--output-tcp', '127.0.0.1:9', '--exit-after', '1s']
  const { status, output } = await runRehearsal(args)
  assert.equal(status, 0, output)
  assert.equal(output.match(/cannot reach 127\.0\.0\.1:9: it accepts no connection/g)?.length, 1)
  assert.match(output, /to 127\.0\.0\.1:9: \d+ = 0 delivered/)
})

test('an input that takes any port says which, and so do metrics', async () => {
  for (const flag of ['--input-tcp', '--input-http']) {
    const args = [flag, '127.0.0.1:0', '--metrics', '127.0.0.1:0', ...http]
    const { status, output } = await runRehearsal([...args, '--exit-after', '100ms'])
    assert.equal(status, 0, output)
    assert.match(
      output,
      new RegExp(`^running.*: ${flag} 127\\.0\\.0\\.1:0 \\(port [1-9]\\d+\\)$`, 'm'),
    )
    assert.match(output, /^metrics: port [1-9]\d+$/m)
  }
})

test('a web server in the place of a replayer is told once, and counted', async () => {
  const server = createHttpServer((_, response) => response.end())
  await using web = await listenLocally(server)
  const address = `127.0.0.1:${web.port}`
  const args = ['--input-dummy', '200', '--output-tcp', address, '--exit-after', '1s']
  const { status, output } = await runRehearsal(args)
  assert.equal(status, 0, output)
  const told = `${address} is no replayer: it answers 'HTTP/1.1 400 Bad Request'`
  assert.equal(output.split(told).length, 2, output)
  assert.match(output, /without an answer: (bad-response \d+|\d+ bad-response)/)
})

test('a port that is in use is named', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const { port } = server.address() as { port: number }
  const { status, output } = await runRehearsal(['--input-tcp', `:${port}`, '--output-null'])
  server.close()
  assert.equal(status, 2)
  assert.match(output, new RegExp(`cannot listen on :${port}: the port is in use`))
})

test('--exit-after ends the run by itself, with the summary and exit code 0', async () => {
  const args = ['--input-dummy', '100', '--output-null', '--exit-after', '1s']
  const { status, output } = await runRehearsal(args)
  assert.equal(status, 0, output)
  assert.match(output, /to --output-null: ([1-9]\d*) = \1 delivered \+ 0 dropped/)
})

test('--stats prints a line a second', async () => {
  const args = ['--input-dummy', '100', '--output-null', '--stats', '--exit-after', '2500ms']
  const { output } = await runRehearsal(args)
  assert.match(output, /^\d\d:\d\d:\d\d captured [1-9]\d*\/s \| --output-null delivered/m)
})

test('a reader of standard output that goes away ends the run without a complaint', async () => {
  const line = `${command} --input-dummy 1000 --output-stdout | head -n 3`
  const { status, output } = await runRehearsal([], ['sh', '-c', line])
  assert.equal(status, 0)
  assert.doesNotMatch(output, /EPIPE|^\s+at /m)
  // Of the write that failed, at least.
  assert.match(output, /to --output-stdout: .* [1-9]\d* dropped\n\s+dropped: exit/)
})

test('SIGINT ends the run with the summary and exit code 0', async () => {
  await using rehearsal = await rehearse(['--input-dummy', '10', '--output-null'])
  await eventually('a message', () => rehearsal.ledger().captured > 0)
  assert.equal(await rehearsal.stop('SIGINT'), 0)
  assert.match(rehearsal.output(), /captured \d+ messages/)
})
