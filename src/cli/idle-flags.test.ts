import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainFlags, parseFlags } from './flags.ts'
import { explainIdle } from './idle-flags.ts'

const target = ['--output-http', 'http://a']
const cases: readonly (readonly [idle: readonly string[], working: readonly string[]])[] = [
  [
    ['--redact', 'cookie:a', ...target],
    ['--redact', 'cookie:a', ...target, '--output-tcp', 'a:1'],
  ],
  [
    ['--redact-key', 'k', ...target],
    ['--redact-key', 'k', '--compare', 'run', ...target],
  ],
  [
    ['--prettify-http', ...target],
    ['--prettify-http', '--middleware', 'cat', ...target],
  ],
  [
    ['--output-http-track-response', ...target],
    ['--output-http-track-response', ...target, '--output-stdout'],
  ],
  [
    ['--sample-by', 'request', '--output-http', 'http://a|10'],
    ['--sample-by', 'request', '--output-http', 'http://a|10%'],
  ],
  [
    ['--split-output', ...target],
    ['--split-output', ...target, '--output-null'],
  ],
  [
    ['--output-file-append', ...target],
    ['--output-file-append', '--output-file', 'a.gor'],
  ],
  [
    ['--input-file-loop', '--input-raw', ':80'],
    ['--input-file-loop', '--input-raw', 'a.pcap', '--input-raw-engine', 'pcap_file'],
  ],
  [
    ['--input-tcp-certificate', 'a.pem', '--input-tcp', ':1'],
    ['--input-tcp-certificate', 'a.pem', '--input-tcp', ':1', '--input-tcp-secure'],
  ],
  [
    ['--output-tcp-ca', 'a.pem', '--output-tcp', 'a:1'],
    ['--output-tcp-ca', 'a.pem', '--output-tcp', 'a:1', '--output-tcp-secure'],
  ],
  [
    ['--input-raw-vxlan-vni', '7', '--input-raw', ':80'],
    ['--input-raw-vxlan-vni', '7', '--input-raw', ':80', '--input-raw-engine', 'vxlan'],
  ],
  [
    ['--output-file-size-limit', '1mb', '--output-file', 'a', '--output-file-append'],
    ['--output-file-size-limit', '1mb', '--output-file', 'a'],
  ],
  [
    ['--input-raw-promisc', '--input-dummy', '1'],
    ['--input-raw-promisc', '--input-raw', ':80'],
  ],
]

for (const [idle, working] of cases) {
  const name = idle[0]!.slice(2)
  test(`--${name} is told where it has nothing to work on`, () => {
    const lines = explainFlags(parseFlags(idle))
    assert.equal(lines.length, 1)
    assert.ok(lines[0]!.startsWith(`--${name} changes nothing in this run: `), lines[0])
    assert.deepEqual(explainFlags(parseFlags(working)), [])
    assert.equal(explainIdle(name, { ...parseFlags(working) }), null)
  })
}
