import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { OperatorError } from '../model/operator-error.ts'
import { explainFlags, formatFlags, parseFlags } from './flags.ts'

const cases = [
  [['--input-raw', ':80'], { 'input-raw': [':80'] }],
  [['-input-raw', ':80'], { 'input-raw': [':80'] }],
  [['--input-raw=:80'], { 'input-raw': [':80'] }],
  [['--output-http', 'a', '--output-http', 'b'], { 'output-http': ['a', 'b'] }],
  [['--split-output', 'true', '--stats'], { 'split-output': true, stats: true }],
  [['--split-output', 'false', '--stats'], { stats: true }],
  [['--split-output=false'], {}],
  [['--output-http=http://a?b=c'], { 'output-http': ['http://a?b=c'] }],
  [['--ledger', '-'], { ledger: '-' }],
] as const

for (const [args, values] of cases) {
  test(`${args.join(' ')} is read as ${JSON.stringify(values)}`, () => {
    assert.deepEqual(parseFlags(args), values)
  })
}

const refusals = [
  [['--inptu-raw', ':80'], 'unknown-flag', 'did you mean --input-raw?'],
  [['--frobnicate'], 'unknown-flag', 'rehearsal --help lists them'],
  [['-h'], 'unknown-flag', 'rehearsal --help lists them'],
  [
    ['--output-kafka-host', 'x'],
    'unsupported-flag',
    'until then link the hosts with --output-tcp and --input-tcp, or record with --output-file',
  ],
  [['--input-raw'], 'bad-flag', 'write --input-raw ADDRESS'],
  [['--stats=perhaps'], 'bad-flag', 'leave it out, or write --stats'],
  [['--ledger', ''], 'bad-flag', 'write --ledger FILE'],
  [['--console-token='], 'bad-flag', 'write --console-token TOKEN'],
  [
    [':80'],
    'bad-argument',
    'every argument is a flag or the value of one; rehearsal --help lists them',
  ],
  [
    ['--'],
    'bad-argument',
    'every argument is a flag or the value of one; rehearsal --help lists them',
  ],
] as const

for (const [args, code, hint] of refusals) {
  test(`${args.join(' ')} is refused: ${hint}`, () => {
    assert.throws(() => parseFlags(args), { name: 'OperatorError', code, hint })
  })
}

test('the help fits a terminal of 100 columns', () => {
  for (const line of formatFlags().split('\n')) assert.ok(line.length <= 100, line)
})

/** All that `gor -h` lists, version 2.0.0. */
const ofGoreplay = `
copy-buffer-size cpuprofile exit-after http-allow-header http-allow-method http-allow-url
http-basic-auth-filter http-disallow-header http-disallow-url http-header-limiter
http-original-host http-param-limiter http-pprof http-rewrite-header http-rewrite-url
http-set-header http-set-param input-dummy input-file input-file-dry-run input-file-loop
input-file-max-wait input-file-read-depth input-kafka-host input-kafka-json-format
input-kafka-mechanism input-kafka-offset input-kafka-password input-kafka-topic
input-kafka-use-sasl input-kafka-username input-raw input-raw-allow-incomplete
input-raw-bpf-filter input-raw-buffer-size input-raw-buffer-timeout input-raw-engine
input-raw-expire input-raw-ignore-interface input-raw-monitor input-raw-override-snaplen
input-raw-promisc input-raw-protocol input-raw-realip-header input-raw-stats
input-raw-timestamp-type input-raw-track-response input-raw-vlan input-raw-vlan-vid
input-raw-vxlan-port input-raw-vxlan-vni input-tcp input-tcp-certificate input-tcp-certificate-key
input-tcp-secure kafka-tls-ca-cert kafka-tls-client-cert kafka-tls-client-key memprofile
middleware output-binary output-binary-debug output-binary-timeout output-binary-track-response
output-binary-workers output-file output-file-append output-file-buffer output-file-flush-interval
output-file-max-size-limit output-file-queue-limit output-file-size-limit output-http
output-http-elasticsearch output-http-queue-len output-http-redirects output-http-response-buffer
output-http-skip-verify output-http-stats output-http-stats-ms output-http-timeout
output-http-track-response output-http-worker-timeout output-http-workers output-http-workers-min
output-kafka-host output-kafka-json-format output-kafka-mechanism output-kafka-password
output-kafka-topic output-kafka-use-sasl output-kafka-username output-null output-stdout
output-tcp output-tcp-response-buffer output-tcp-secure output-tcp-skip-verify output-tcp-stats
output-tcp-sticky output-tcp-workers output-ws output-ws-skip-verify output-ws-stats
output-ws-sticky output-ws-workers prettify-http recognize-tcp-sessions split-output stats verbose
`
  .trim()
  .split(/\s+/)

test('GoReplay has 111 flags', () => assert.equal(new Set(ofGoreplay).size, 111))

const documented = readFileSync(new URL('../../docs/goreplay.md', import.meta.url), 'utf8')

/** Of the flags whose values are checked as they are read: an example of each kind. */
const examples: readonly (readonly [value: string, names: string])[] = [
  ['1mb', 'copy-buffer-size input-raw-buffer-size output-file-max-size-limit'],
  ['1mb', 'output-file-size-limit output-http-response-buffer'],
  ['1s', 'exit-after input-file-max-wait input-raw-buffer-timeout input-raw-expire'],
  ['1s', 'output-file-flush-interval output-http-timeout output-binary-timeout'],
  ['1', 'input-file-read-depth output-file-queue-limit output-http-redirects'],
  ['1', 'output-tcp-workers output-ws-workers input-raw-vxlan-port'],
  ['binary', 'input-raw-protocol'],
]

for (const name of ofGoreplay) {
  test(`GoReplay's --${name} works, or one line says why not; docs/goreplay.md tells it`, () => {
    assert.ok(documented.includes(`\`--${name}\``))
    const [value] = examples.find(([, names]) => names.split(' ').includes(name)) ?? ['true']
    try {
      assert.ok(Object.hasOwn(parseFlags([`--${name}`, value]), name))
    } catch (error) {
      const { code, message, hint } = error as OperatorError
      assert.equal(code, 'unsupported-flag')
      assert.ok(message.startsWith(`--${name} is not supported: `) && hint !== '')
    }
  })
}

test('a flag of GoReplay that changes nothing here is read, and one line says why', () => {
  const values = parseFlags(['--input-raw-vlan', '--output-http-workers', '10', '--stats'])
  const lines = explainFlags(values)
  assert.equal(lines.length, 2)
  assert.match(lines[0]!, /^--input-raw-vlan changes nothing here: /)
  assert.match(lines[1]!, /^--output-http-workers changes nothing here: /)
})
