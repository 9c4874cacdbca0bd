// `rehearsal convert` with real files: each kind into each other, and what is refused.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { writeGorRecord } from '../../src/protocol/gor/gor-writer.ts'
import { createRequest } from '../support/messages.ts'
import { runRehearsal } from '../support/rehearsal.ts'

const messages = [0, 1].flatMap((sequence) => {
  const at = 1_767_323_045_000_000 + sequence * 1_000
  const post = `POST /${sequence} HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\n\r\nhi`
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
  return [
    createRequest({ sequence, at, payload: post }),
    createRequest({ kind: 'response', sequence, at: at + 500, payload: ok }),
  ]
})

/** The kinds, times and payloads of a recording; ids are the converter's own. */
function contents(path: string): string {
  return readFileSync(path, 'latin1').replace(/^([12]) \S+ (\d+ \d+) .*$/gm, '$1 $2')
}

test('a recording goes through a capture file and an archive, and comes back the same', async () => {
  using folder = createTemporaryFolder('convert')
  const path = (name: string) => join(folder.path, name)
  writeFileSync(path('a.gor'), Buffer.concat(messages.map(writeGorRecord)))
  for (const [input, output] of [
    ['a.gor', 'b.pcap.gz'],
    ['b.pcap.gz:80', 'c.har.zst'],
    ['c.har.zst', 'd.gor'],
  ] as const) {
    const run = await runRehearsal(['convert', path(input), '-o', path(output)])
    assert.equal(run.status, 0, run.output)
    assert.equal(run.output, `read 4 messages, wrote ${path(output)}\n`)
  }
  assert.equal(contents(path('d.gor')), contents(path('a.gor')))
})

test('what a log cannot tell is counted in the line at the end, and the rest replayed', async () => {
  using folder = createTemporaryFolder('convert')
  const log = join(folder.path, 'access.log')
  const line = (request: string) =>
    `10.0.0.7 - - [02/Jan/2026:03:04:05 +0000] "${request} HTTP/1.1" 200 5 "-" "curl/8"\n`
  writeFileSync(log, line('GET /a') + line('POST /b') + line('HEAD /c'))
  const output = join(folder.path, 'a.gor')
  const run = await runRehearsal(['convert', log, '-o', output, '--host', 'shop'])
  assert.equal(run.output, `read 2 messages, wrote ${output}; left out: 1 lines of other methods\n`)
  assert.match(readFileSync(output, 'latin1'), /\nGET \/a HTTP\/1\.1\r\nHost: shop\r\n/)
  const replayed = await runRehearsal(['--input-file', log, '--output-null'])
  assert.match(replayed.output, /captured 2 messages[\s\S]*bad-record 1/)
})

test('a file may be converted to itself, and is left alone where that fails', async () => {
  using folder = createTemporaryFolder('convert')
  const path = join(folder.path, 'a.gor')
  const before = Buffer.concat(messages.map(writeGorRecord)).toString('latin1')
  writeFileSync(path, before, 'latin1')
  const har = join(folder.path, 'a.har')
  writeFileSync(har, '{"log"')
  const runs = [
    await runRehearsal(['convert', path, '-o', path]),
    await runRehearsal(['convert', path, har, '-o', path]),
  ]
  assert.deepEqual(
    runs.map(({ status }) => status),
    [0, 2],
  )
  assert.equal(contents(path), before.replace(/^([12]) \S+ (\d+ \d+) .*$/gm, '$1 $2'))
  assert.deepEqual(readdirSync(folder.path), ['a.gor', 'a.har'])
})

test('what is named is redacted in what is written, and nothing else', async () => {
  using folder = createTemporaryFolder('convert')
  const path = join(folder.path, 'a.gor')
  const payload = 'GET /?token=t0p HTTP/1.1\r\nHost: shop\r\nCookie: sid=s3cret\r\n\r\n'
  writeFileSync(path, writeGorRecord(createRequest({ payload })))
  const output = join(folder.path, 'b.har')
  const named = ['--redact', 'cookie:sid', '--redact', 'query:token']
  assert.equal((await runRehearsal(['convert', path, '-o', output, ...named])).status, 0)
  const text = readFileSync(output, 'utf8')
  assert.match(text, /sid=redacted-[0-9a-f]{16}/)
  assert.doesNotMatch(text, /t0p|s3cret/)
  await runRehearsal(['convert', path, '-o', output])
  assert.match(readFileSync(output, 'utf8'), /t0p[\s\S]*s3cret/)
})

test('a file that is none of them ends with one line and exit code 2', async () => {
  using folder = createTemporaryFolder('convert')
  const path = join(folder.path, 'a.txt')
  const recording = join(folder.path, 'a.gor')
  writeFileSync(path, 'nonsense\n')
  writeFileSync(recording, '1 a 1 0\nGET / HTTP/1.1\r\n\r\n')
  for (const [args, reason] of [
    [[path, '-o', `${path}.gor`], /it is no recording, capture file, HTTP archive or access log/],
    [[path, '-o', `${path}.zip`], /does not end in \.gor, \.pcap or \.har/],
    [[`${path}.gone`, '-o', `${path}.gor`], /there is no file/],
    [[path], /there is no file to write to.*-o OUT/],
    [
      [`${recording}:80`, '-o', `${path}.gor`],
      /is no capture file, so that :80 says nothing of it/,
    ],
  ] as const) {
    const { status, output } = await runRehearsal(['convert', ...args])
    assert.equal(status, 2, output)
    assert.match(output, reason)
    assert.equal(output.trimEnd().split('\n').length, 1, output)
  }
})
