// The real command with HTTP rules: what passes is changed as told, and no other byte.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { findFreePort } from '../../scripts/free-port.ts'
import { startNginx } from '../../scripts/nginx.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { startRecordingTarget } from '../support/recording-target.ts'
import { eventually, rehearse, runRehearsal } from '../support/rehearsal.ts'
import { composeTraffic, expectedAtTarget, sendTraffic } from '../support/traffic.ts'

test('a filter, a set header and a rewritten URL shape what the target gets, and the ledger is exact', async () => {
  const port = await findFreePort()
  await using _production = await startNginx({
    listen: [`127.0.0.1:${port}`],
    server: 'location / { return 200 "production"; }',
  })
  await using target = await startRecordingTarget()
  const host = `127.0.0.1:${target.port}`
  const shaping = ['--http-allow-url', '/r[0-4]$', '--http-set-header', 'X-Env: preview']
  await using rehearsal = await rehearse([
    ...['--input-raw', `:${port}`, '--output-http', `http://${host}`],
    ...[...shaping, '--http-rewrite-url', '^/c(\\d+)/:/v2/$1/'],
  ])
  const traffic = composeTraffic(12, 10, 10)
  await sendTraffic({ host: '127.0.0.1', port }, traffic)
  const expected = traffic.map(({ requests }) =>
    requests
      .filter((request) => /^\S+ \/c\d+\/r[0-4] /.test(request.toString('latin1')))
      .map((request) =>
        expectedAtTarget(request, host)
          .replace(/ \/c(\d+)\//, ' /v2/$1/')
          .replace('\r\n', '\r\nX-Env: preview\r\n'),
      ),
  )
  const count = expected.flat().length
  assert.ok(count > 20 && count < 60, `${count}`)
  await eventually('the requests that pass', () => target.requests() >= count)
  const ledger = await rehearsal.finish()
  const received = target.connections.map((parts) => Buffer.concat(parts).toString('latin1'))
  // Not deepEqual on the texts: a failure would print megabytes.
  const wanted = expected.map((requests) => requests.join('')).filter((text) => text !== '')
  assert.equal(received.length, wanted.length)
  for (const text of wanted) assert.ok(received.includes(text), text.slice(0, 200))
  assert.equal(ledger.captured, count)
  assert.deepEqual(ledger.sources[0]!.dropped, { filter: 100 - count })
  assert.equal(ledger.outputs[0]!.answered, count)
  assert.equal(ledger.outputs[0]!.pending, 0)
})

test('a request that makes a pattern backtrack without end does not hold up the copy', async () => {
  const port = await findFreePort()
  await using _production = await startNginx({
    listen: [`127.0.0.1:${port}`],
    server: 'location / { return 200 "production"; }',
  })
  await using rehearsal = await rehearse([
    ...['--input-raw', `:${port}`, '--output-null', '--http-disallow-url', '^/(a+)+$'],
  ])
  const request = Buffer.from(`GET /${'a'.repeat(500)}! HTTP/1.1\r\nHost: a\r\n\r\n`)
  const connection = { requests: [request], writes: [request] }
  await sendTraffic({ host: '127.0.0.1', port }, [connection])
  await eventually('the request', () => rehearsal.ledger().captured === 1)
  assert.deepEqual((await rehearsal.finish()).sources[0]!.dropped, {})
})

test('a script that leaves a timer open does not keep the run from ending', async () => {
  using folder = createTemporaryFolder('shaping')
  const script = join(folder.path, 'shape.ts')
  const recording = join(folder.path, 'in.gor')
  writeFileSync(script, 'setInterval(() => {}, 1_000)\nexport function request() {}\n')
  writeFileSync(recording, '1 a 1 0\nGET / HTTP/1.1\r\nHost: a\r\n\r\n\n🐵🙈🙉\n')
  const { status, output } = await runRehearsal([
    ...['--input-file', recording, '--output-stdout', '--script', script],
  ])
  assert.equal(status, 0, output)
  assert.match(output, /GET \/ HTTP\/1\.1/)
})
