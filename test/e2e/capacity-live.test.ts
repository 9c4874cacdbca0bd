// The real command loads a candidate with what real packets show of production, and with the
// sessions of a recorded shop.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { Agent, createServer, get } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { startChild, waitUntil } from '../../scripts/child.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { startShop } from '../../shop/io/start-shop.ts'
import { readCapacityReport, startSlots } from '../support/capacity-run.ts'
import { listenLocally } from '../support/local-server.ts'
import { command, runRehearsal } from '../support/rehearsal.ts'
import { recordShop } from '../support/shop-recording.ts'

const quick = [
  ...['--trial', '1s', '--long-trials', '0', '--slo', 'p99<900ms,errors<5%'],
  ...['--generator-check', '0'],
]

/** On a busy machine an answer takes longer by less than what is taken for trouble. */
const usualMillis = 50

/** A production with visitors, 100 requests a second; it answers as late and as well as told. */
async function startProduction() {
  const state = { millis: usualMillis, status: 200 }
  const server = createServer((_request, response) => {
    const { millis, status } = state
    setTimeout(() => response.writeHead(status).end('{"ok":true}'), millis)
  })
  const listening = await listenLocally(server)
  const { port } = listening
  const agent = new Agent({ keepAlive: true, maxSockets: 40 })
  let count = 0
  const visits = setInterval(() => {
    const request = get({ port, host: '127.0.0.1', agent, path: `/items/${count++ % 50}` })
    request.on('response', (response) => response.resume()).on('error', () => {})
  }, 10)
  return {
    port,
    state,
    [Symbol.asyncDispose]: async () => {
      clearInterval(visits)
      agent.destroy()
      await listening[Symbol.asyncDispose]()
    },
  }
}

test('production is recorded first, and then its candidate loaded with that', async () => {
  await using production = await startProduction()
  await using server = await startSlots(8, 2)
  const { status, output } = await runRehearsal([
    ...['capacity', '--input-raw', `:${production.port}`, '--record-for', '2s', '--max', '1.5x'],
    ...['--output-http', server.url, ...quick, '--generator-check', '2s'],
  ])
  assert.equal(status, 0, output)
  assert.match(output, /generator headroom: it could send (≥ )?\d+ req\/s/)
  assert.match(output, /^recording normal traffic for 2/m)
  const [, rate] = /bears ≥ 1\.50× of normal \((\d+) req\/s/.exec(output) ?? []
  // Half as much again as production's, whose visitors a busy machine slows down.
  assert.ok(Number(rate) > 30 && Number(rate) < 200, output)
})

const troubles = [
  { what: 'becomes slow', change: { millis: 1_500 }, words: /its p95 went from [\d.]+ to \d+ ms/ },
  { what: 'fails', change: { status: 503 }, words: /its errors went from 0\.0% to/ },
]
for (const { what, change, words } of troubles) {
  test(`production that ${what} ends the run at once, with what is known`, async () => {
    await using production = await startProduction()
    await using server = await startSlots(8, 2)
    const seen = { judged: false }
    const child = startChild({
      command,
      args: [
        ...['capacity', '--input-raw', `:${production.port}`, '--record-for', '2s'],
        ...['--output-http', server.url, ...quick],
      ],
      onLine: (line) => {
        if (line.includes('first holds')) seen.judged = true
      },
    })
    await waitUntil(child, 'the first trial', () => seen.judged)
    Object.assign(production.state, change)
    assert.equal(await child.exited, 3, child.output())
    assert.match(child.output(), /ended early: production's own trouble/)
    assert.match(child.output(), words)
  })
}

test('with --correlate each copy logs in by itself, and requests behind the login succeed', async () => {
  using folder = createTemporaryFolder('capacity')
  const [path, dataSeed] = [join(folder.path, 'shop.gor'), 3]
  writeFileSync(path, recordShop(dataSeed, 3_000, 100))
  const load = async (name: string, flags: readonly string[]) => {
    await using shop = await startShop(['--seed', '99', '--data', `${dataSeed}`])
    const report = join(folder.path, name)
    const { status, output } = await runRehearsal([
      ...['capacity', '--input-file', path, '--output-http', `http://127.0.0.1:${shop.port}`],
      ...[...quick, '--max', '2x', '--report', report, ...flags],
    ])
    assert.equal(status, 0, output)
    const { trials } = readCapacityReport(report).candidate
    assert.equal(trials.at(-1)!.level, 2)
    return trials.at(-1)!
  }
  const [without, having] = await Promise.all([
    load('without', []),
    load('with', ['--correlate', '--amplify-writes']),
  ])
  const denied = ({ statuses, offered }: typeof having) => (statuses['401'] ?? 0) / offered
  const both = JSON.stringify([without.statuses, having.statuses])
  assert.ok(denied(having) < denied(without) / 2, both)
  assert.ok(having.differing! < without.differing! / 2, both)
})
