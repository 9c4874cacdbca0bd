// The real command in front of a shop where users log in: production and candidate hand out other
// sessions, tokens and ids, so that without correlation nearly nothing behind the login succeeds.
import assert from 'node:assert/strict'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { findFreePort } from '../../scripts/free-port.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { makeData } from '../../shop/data.ts'
import { startShop } from '../../shop/io/start-shop.ts'
import { visitShop } from '../../shop/io/visit-shop.ts'
import { eventually, rehearse, runRehearsal } from '../support/rehearsal.ts'
import { readSessionOutcomes, type SessionOutcomes } from '../support/session-outcomes.ts'
import { recordShop } from '../support/shop-recording.ts'

const dataSeed = 3

function report(context: TestContext, how: string, outcomes: SessionOutcomes): void {
  const share = (count: number) => `${((100 * count) / outcomes.requests).toFixed(2)} %`
  const { requests, alike, denied } = outcomes
  context.diagnostic(
    `${how}: of ${requests} requests behind the login ${share(denied)} came to 401, 403 or 404, ` +
      `${share(alike)} to production's own status`,
  )
}

/** Visitors at a production that is captured, and what came of their requests at the candidate. */
async function copyLive(
  isSplit: boolean,
  correlation: readonly string[],
): Promise<SessionOutcomes> {
  using folder = createTemporaryFolder('correlation')
  // The command becomes the user who called sudo, who has to write here.
  chmodSync(folder.path, 0o777)
  const path = join(folder.path, 'replayed.gor')
  await using production = await startShop(['--seed', '7', '--data', `${dataSeed}`])
  await using candidate = await startShop(['--seed', '99', '--data', `${dataSeed}`])
  const capture = ['--input-raw', `:${production.port}`, '--input-raw-track-response']
  const replay = [
    ...['--output-http', `http://127.0.0.1:${candidate.port}`, '--output-http-track-response'],
    ...['--output-file', path, '--output-file-append', ...correlation],
    // A slow machine is to lose nothing.
    ...['--output-http-timeout', '60s'],
  ]
  const linkPort = await findFreePort()
  const input = isSplit ? ['--input-tcp', `127.0.0.1:${linkPort}`] : capture
  await using replayer = await rehearse([...input, ...replay])
  await using _listener = isSplit
    ? await rehearse([...capture, '--output-tcp', `127.0.0.1:${linkPort}`])
    : null
  const { requests } = await visitShop({
    ...{ port: production.port, data: makeData(dataSeed, new Set()), seed: 5 },
    ...{ requestsPerSecond: 200, seconds: 3.5, visitSeconds: 1 },
  })
  await eventually('the answers of the candidate', () => {
    return (replayer.ledger().outputs[0]?.answered ?? 0) >= requests
  })
  await replayer.finish()
  return readSessionOutcomes(path)
}

describe('correlation', { concurrency: 2 }, () => {
  test('a recorded shop: with correlation requests behind the login come to what they came to in production', async (context) => {
    using folder = createTemporaryFolder('correlation')
    const recording = join(folder.path, 'production.gor')
    writeFileSync(recording, recordShop(dataSeed, 8_000))
    await using candidate = await startShop(['--seed', '99', '--data', `${dataSeed}`])
    const [path, log] = [join(folder.path, 'replayed.gor'), join(folder.path, 'log.jsonl')]
    const { status, output } = await runRehearsal([
      ...['--input-file', `${recording}|1000%`, '--correlate', '--correlate-log', log],
      ...['--output-http', `http://127.0.0.1:${candidate.port}`, '--output-http-track-response'],
      ...['--output-file', path, '--output-file-append'],
    ])
    assert.equal(status, 0, output)
    assert.match(output, /correlation at \S+: \d+ values learnt/)
    const outcomes = readSessionOutcomes(path)
    report(context, 'recorded, with correlation', outcomes)
    assert.ok(outcomes.requests > 1_000, `${outcomes.requests}`)
    assert.ok(outcomes.alike >= outcomes.requests * 0.99, JSON.stringify(outcomes))
    const lines = readFileSync(log, 'utf8').trim().split('\n')
    const producers = lines.map((line) => JSON.parse(line))
    const session = producers.find(({ position }) => position === 'POST /login cookie session')
    assert.ok(session.substitutions > 1_000, JSON.stringify(session))
    assert.ok(session.consumers['GET /me cookie session'] > 0)
    assert.match(session.example.production, /^~[0-9a-f]{12}$/)
  })

  test('a shop on the wire: without correlation nine in ten requests behind the login are denied, with it hardly one', async (context) => {
    const [without, ...others] = await Promise.all([
      copyLive(false, []),
      copyLive(false, ['--correlate']),
      copyLive(true, ['--correlate']),
    ])
    report(context, 'live, without correlation', without)
    assert.ok(without.requests > 150, `${without.requests}`)
    assert.ok(without.denied > without.requests * 0.9, JSON.stringify(without))
    for (const [index, outcomes] of others.entries()) {
      report(context, `live, with correlation${index === 0 ? '' : ', over the link'}`, outcomes)
      assert.ok(outcomes.requests > 150, `${outcomes.requests}`)
      assert.ok(outcomes.alike >= outcomes.requests * 0.99, JSON.stringify(outcomes))
    }
  })
})
