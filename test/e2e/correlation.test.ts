// The real command in front of a shop where users log in: production and candidate hand out other
// sessions, tokens and ids, so that without correlation nearly nothing behind the login succeeds.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { makeData } from '../../shop/data.ts'
import { drive } from '../../shop/drive.ts'
import { startShop } from '../../shop/io/start-shop.ts'
import { allNoise } from '../../shop/noise.ts'
import { createShop } from '../../shop/shop.ts'
import type { ConnectionId, ExchangeId, Message } from '../../src/model/message.ts'
import { writeGorRecord } from '../../src/protocol/gor/gor-writer.ts'
import { runRehearsal } from '../support/rehearsal.ts'
import { readSessionOutcomes, type SessionOutcomes } from '../support/session-outcomes.ts'

const dataSeed = 3

/** A recording of production, with its responses. */
function recordProduction(requests: number): Buffer {
  const production = createShop({
    ...{ dataSeed, instanceSeed: 7, release: 1, bugs: new Set(), drift: new Set() },
    noise: allNoise,
  })
  const messages: Message[] = []
  const exchanges = drive({
    ...{ production, others: {}, data: makeData(dataSeed, new Set()), seed: 5, requests },
    ...{ requestsPerSecond: 400, startsAt: 1_750_000_000_000_000 },
  })
  for (const { number, connection, production: asked } of exchanges) {
    const hex = (value: number) => value.toString(16).padStart(8, '0')
    const connectionId = `5f3a9c01${hex(connection)}` as ConnectionId
    const common = {
      id: `${connectionId}${hex(number)}` as ExchangeId,
      connection: connectionId,
      sequence: number,
      duration: 0,
    }
    messages.push({ ...common, kind: 'request', at: asked.sentAt, payload: asked.request })
    messages.push({ ...common, kind: 'response', at: asked.answeredAt, payload: asked.response })
  }
  messages.sort((one, other) => one.at - other.at)
  return Buffer.concat(messages.map(writeGorRecord))
}

function report(context: TestContext, how: string, outcomes: SessionOutcomes): void {
  const share = (count: number) => `${((100 * count) / outcomes.requests).toFixed(2)} %`
  const { requests, alike, denied } = outcomes
  context.diagnostic(
    `${how}: of ${requests} requests behind the login ${share(denied)} came to 401, 403 or 404, ` +
      `${share(alike)} to production's own status`,
  )
}

test('a recorded shop: without correlation nine in ten requests behind the login are denied, with it hardly one', async (context) => {
  using folder = createTemporaryFolder('correlation')
  const recording = join(folder.path, 'production.gor')
  writeFileSync(recording, recordProduction(8_000))
  const replay = async (name: string, args: readonly string[]) => {
    await using candidate = await startShop(['--seed', '99', '--data', `${dataSeed}`])
    const path = join(folder.path, `${name}.gor`)
    const { status, output } = await runRehearsal([
      ...[
        '--input-file',
        `${recording}|1000%`,
        '--output-http',
        `http://127.0.0.1:${candidate.port}`,
      ],
      ...['--output-http-track-response', '--output-file', path, '--output-file-append', ...args],
    ])
    assert.equal(status, 0, output)
    const outcomes = readSessionOutcomes(path)
    report(context, name, outcomes)
    return outcomes
  }
  const without = await replay('without', [])
  const log = join(folder.path, 'log.jsonl')
  const correlated = await replay('with', ['--correlate', '--correlate-log', log])
  assert.ok(without.requests > 1_000, `${without.requests}`)
  assert.ok(without.denied > without.requests * 0.9, JSON.stringify(without))
  assert.ok(correlated.alike >= correlated.requests * 0.99, JSON.stringify(correlated))
  const producers = readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const session = producers.find(({ position }) => position === 'POST /login cookie session')
  assert.ok(session.substitutions > 1_000, JSON.stringify(session))
  assert.ok(session.consumers['GET /me cookie session'] > 0)
  assert.match(session.example.production, /^~[0-9a-f]{12}$/)
})
