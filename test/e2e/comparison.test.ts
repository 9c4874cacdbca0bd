// The real command judges a candidate shop beside two baselines with pre-production's data, from a
// recording of production that holds its responses.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { startShop } from '../../shop/io/start-shop.ts'
import type { RunVerdict } from '../../src/model/verdict.ts'
import { openRunReader } from '../../src/store/io/run-reader.ts'
import { runRehearsal } from '../support/rehearsal.ts'
import { recordShop } from '../support/shop-recording.ts'

const dataSeed = 3
const staging = ['--data', `${dataSeed}`, '--drift', 'all', '--noise', 'all']

interface Judged {
  readonly output: string
  readonly verdict: RunVerdict
  readonly folder: string
}

async function judge(
  folder: string,
  bugs: readonly string[],
  baselines: (first: string, second: string) => readonly string[],
): Promise<Judged> {
  const recording = join(folder, 'production.gor')
  writeFileSync(recording, recordShop(dataSeed, 3_000))
  await using first = await startShop(['--seed', '21', ...staging])
  await using second = await startShop(['--seed', '22', ...staging])
  const release = ['--release', '2', ...(bugs.length === 0 ? [] : ['--bugs', bugs.join(',')])]
  await using candidate = await startShop(['--seed', '23', ...staging, ...release])
  const url = ({ port }: { readonly port: number }) => `http://127.0.0.1:${port}`
  const run = join(folder, 'run')
  const { status, output } = await runRehearsal([
    ...['--input-file', `${recording}|300%`, '--correlate', '--compare', run],
    ...['--output-http', url(candidate), ...baselines(url(first), url(second))],
  ])
  assert.equal(status, 0, output)
  await using reader = await openRunReader(run)
  const verdict = await reader.verdict()
  assert.ok(verdict !== null)
  return { output, verdict, folder: run }
}

describe('a candidate is judged', { concurrency: 2 }, () => {
  test('a bug in one endpoint fails the run, is named, and can be looked at', async () => {
    using folder = createTemporaryFolder('comparison')
    const both = (first: string, second: string) => [
      ...['--baseline-http', first, '--baseline-http', second],
    ]
    const { output, verdict, folder: run } = await judge(folder.path, ['null-for-missing'], both)
    assert.equal(verdict.verdict, 'fail', output)
    const [finding] = verdict.findings.filter(({ state }) => state === 'confirmed')
    assert.equal(finding?.endpoint, 'GET /products/{id}')
    assert.equal(finding?.path, '$.discountPercent')
    assert.match(
      output,
      /verdict: fail by differences, \d+ exchanges compared; GET \/products\/\{id\}/,
    )
    assert.ok(verdict.drift.entities.length > 3)
    assert.ok(finding.reasked.confirmed > 0, 'nothing was asked again')
    await using reader = await openRunReader(run)
    const [example] = await reader.exchanges(finding.examples)
    const answer = Buffer.from(example!.answers.candidate!.bytes!).toString()
    assert.match(answer, /"discountPercent":null/)
    assert.doesNotMatch(Buffer.from(example!.request).toString(), /session=[0-9a-f]{16}/)
  })

  test('a sound candidate does not fail, with the one baseline asked twice now and then', async () => {
    using folder = createTemporaryFolder('comparison')
    const repeated = (first: string) => ['--baseline-http', first, '--baseline-repeat', '20%']
    const { verdict, output } = await judge(folder.path, [], repeated)
    assert.notEqual(verdict.verdict, 'fail', output + JSON.stringify(verdict.findings, null, 1))
    assert.match(verdict.proves, /asked twice/)
  })
})
