// The real command finds what real servers bear, whose capacity is known by construction.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startChild, waitUntil } from '../../scripts/child.ts'
import { findFreePort } from '../../scripts/free-port.ts'
import { startNginx } from '../../scripts/nginx.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { recordVisits } from '../../sim/recorded-visits.ts'
import { SimWorld } from '../../sim/world.ts'
import { writeGorRecord } from '../../src/protocol/gor/gor-writer.ts'
import { readCapacityReport, startSlots } from '../support/capacity-run.ts'
import { runRehearsal } from '../support/rehearsal.ts'

/** Trials that are short, so that the tests are. */
const quick = [
  '--trial',
  '1s',
  '--long-trial',
  '1500ms',
  '--long-trials',
  '1',
  '--precision',
  '50%',
  '--generator-check',
  '0',
]

/** A minute of visits; answers its path and its rate. */
function record(
  folder: string,
  perSecond: number,
): { readonly path: string; readonly rate: number } {
  const path = join(folder, 'visits.gor')
  const requests = recordVisits(new SimWorld(1), { perSecond, seconds: 60, writes: 0 })
  const records = requests.map((request) =>
    writeGorRecord({ ...request, at: request.at + 1_767_323_045_000_000 }),
  )
  writeFileSync(path, Buffer.concat(records))
  return { path, rate: requests.length / 60 }
}

test('candidate and baseline of known capacities, and their ratio, over two threads', async () => {
  using folder = createTemporaryFolder('capacity')
  const { path, rate } = record(folder.path, 220)
  await using server = await startSlots(16, 20)
  await using half = await startSlots(8, 20)
  const targets = ['--output-http', server.url, '--baseline-http', half.url, '--workers', '2']
  const { status, output } = await runRehearsal([
    ...['capacity', '--input-file', path, ...targets, '--slo', 'p99<900ms', ...quick],
    ...['--long-trials', '0', '--report', folder.path, '--expect', '>=1.5x'],
    ...['--generator-check', '400ms'],
  ])
  assert.equal(status, 0, output)
  assert.match(
    output,
    /candidate http:\S+ bears [\d.]+× of normal \(\d+ req\/s; bracket .*recovered/,
  )
  const { candidate, baseline, ratio, expectation, generator } = readCapacityReport(folder.path)
  assert.equal(expectation, 'holds')
  // A second on a busy machine is no long trial: in the simulation it is within 10 %.
  const isNear = (level: number, truth: number) => level > 0.7 * truth && level < 1.15 * truth
  assert.ok(isNear(candidate.answer.level, 800 / rate), output)
  assert.ok(isNear(baseline!.answer.level, 400 / rate), output)
  assert.equal(ratio, candidate.answer.level / baseline!.answer.level)
  assert.match(output, new RegExp(`bears ${ratio!.toFixed(2)} of what the baseline does`))
  const { headroom, rate: could } = generator!
  assert.ok(Math.abs(headroom! * candidate.answer.rate - could) < 1e-6)
  assert.match(
    output,
    /generator headroom: it could send .*\d req\/s, [\d.]+× what the answer took/,
  )
  const page = readFileSync(join(folder.path, 'capacity.html'), 'utf8')
  assert.match(page, /<svg /)
  for (const text of [half.url, ratio!.toFixed(2), 'generator headroom'])
    assert.ok(page.includes(text), text)
})

test('a limit of nginx is found by its errors', async () => {
  using folder = createTemporaryFolder('capacity')
  const { path, rate } = record(folder.path, 150)
  const port = await findFreePort()
  await using _nginx = await startNginx({
    listen: [`127.0.0.1:${port}`],
    http: 'limit_req_zone $binary_remote_addr zone=all:1m rate=250r/s;',
    server: 'location / { limit_req zone=all burst=20 nodelay; try_files /none =404; }',
  })
  const target = ['--output-http', `http://127.0.0.1:${port}`]
  const { status, output } = await runRehearsal([
    ...['capacity', '--input-file', path, ...target, '--slo', 'p99<900ms,errors<1%', ...quick],
    ...['--report', folder.path],
  ])
  assert.ok(status === 0 || status === 3, output)
  const { candidate } = readCapacityReport(folder.path)
  assert.ok(candidate.gaveWay!.reasons.includes('errors'), output)
  const share = candidate.answer.level / (250 / rate)
  assert.ok(share > 0.7 && share < 1.2, output)
})

test('what is wrong with the command is one line, and nothing is sent', async () => {
  using folder = createTemporaryFolder('capacity')
  const { path } = record(folder.path, 160)
  const input = ['capacity', '--input-file', path]
  const closed = `http://127.0.0.1:${await findFreePort()}`
  await using server = await startSlots(1, 1)
  // Nothing of a recording is read before: this one would be too little.
  const empty = join(folder.path, 'empty.gor')
  writeFileSync(empty, '')
  const unread = ['capacity', '--input-file', empty, '--output-http']
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [[...input], /give one --output-http/],
    [['capacity', '--output-http', 'http://127.0.0.1:9'], /give --input-file/],
    [[...input, '--output-http', 'http://192.0.2.1:9'], /add --allow-target 192\.0\.2\.1/],
    [[...input, '--output-http', 'http://127.0.0.1:9', '--slo', 'fast'], /--slo 'fast'/],
    [[...unread, server.url, '--workers', '65'], /--workers 65/],
    [[...unread, server.url, '--report', path], /cannot write the report to/],
    [[...unread, server.url, '--output-http-ca', empty], /--output-http-ca/],
    [[...unread, closed], /the target \S+ accepts no connection: refused/],
    [[...unread, server.url, '--baseline-http', closed], /accepts no connection: refused/],
    [[...unread, server.url], /0 HTTP requests in \S+ s are no normal traffic/],
  ]
  for (const [args, message] of wrong) {
    const { status, output } = await runRehearsal(args)
    assert.equal(status, 2, output)
    assert.match(output, message)
  }
})

test('an interrupted search has no answer', async () => {
  using folder = createTemporaryFolder('capacity')
  const { path } = record(folder.path, 160)
  const args = ['capacity', '--input-file', path, ...quick, '--output-http']
  await using server = await startSlots(8, 20)
  const command = join(import.meta.dirname, '../../bin/rehearsal')
  const seen = { judged: false }
  const child = startChild({
    command,
    args: [...args, server.url, '--workers', '2'],
    onLine: (line) => {
      if (line.includes('first holds')) seen.judged = true
    },
  })
  await waitUntil(child, 'the first trial', () => seen.judged)
  assert.equal(await child.stop('SIGINT'), 3, child.output())
  assert.match(child.output(), /ended early: interrupted/)
})
