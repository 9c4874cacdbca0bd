// How near the command comes to capacities that are known by construction, over real sockets and in
// real time: a server with 8 slots of 20 ms each, and normal traffic that is as much less as the
// truth says. npm run bench -- capacity-real [--runs N] [--truths 6,40] [--at-once N] [--write]:
// with --write the table becomes bench/results/capacity-real.md. A run takes four minutes.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createTemporaryFolder } from '../scripts/temporary-folder.ts'
import { recordVisits } from '../sim/recorded-visits.ts'
import { SimWorld } from '../sim/world.ts'
import { writeGorRecord } from '../src/protocol/gor/gor-writer.ts'
import { readCapacityReport, startSlots } from '../test/support/capacity-run.ts'
import { runRehearsal } from '../test/support/rehearsal.ts'

const [slots, slotMillis] = [8, 20]
const perSecondTrue = (slots * 1_000) / slotMillis
const recordedSeconds = 300
const offMax = 0.1
const shareMin = 0.9
const secondsMax = 480

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '2' },
    'at-once': { type: 'string', default: '1' },
    truths: { type: 'string', default: '1.3,2.6,6,15,40' },
    write: { type: 'boolean', default: false },
  },
})
const [runs, atOnce] = [Number(values.runs), Number(values['at-once'])]
const truths = values.truths.split(',').map(Number)

interface Search {
  readonly truth: number
  readonly seed: number
}

interface Found extends Search {
  /** The answer over the truth. */
  readonly share: number
  readonly seconds: number
  readonly trials: number
  /** As the command printed it. */
  readonly answer: string
}

async function search({ truth, seed }: Search): Promise<Found> {
  using folder = createTemporaryFolder('capacity-real')
  const recording = join(folder.path, 'traffic.gor')
  const visits = { perSecond: perSecondTrue / truth, seconds: recordedSeconds }
  const requests = recordVisits(new SimWorld(seed), visits)
  writeFileSync(recording, Buffer.concat(requests.map(writeGorRecord)))
  await using server = await startSlots(slots, slotMillis)
  const report = join(folder.path, 'report')
  const { status, output } = await runRehearsal([
    ...['capacity', '--input-file', recording, '--output-http', server.url, '--amplify-writes'],
    ...['--slo', 'p99<300ms,errors<1%', '--max', '100x', '--quiet', '--report', report],
  ])
  assert.ok(status === 0 || status === 3, output)
  const { candidate, normal, seconds } = readCapacityReport(report)
  const share = (candidate.answer.level * normal.rate) / perSecondTrue
  const answer = output.split('\n').find((line) => line.includes(' bears '))!
  return { truth, seed, share, seconds, trials: candidate.trials.length, answer }
}

const waiting: Search[] = truths.flatMap((truth) =>
  Array.from({ length: runs }, (_, index) => ({ truth, seed: index + 1 })),
)
const found: Found[] = []
async function searchInTurn(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const result = await search(next)
    found.push(result)
    console.log(`${result.truth} × as ${result.share.toFixed(2)}: ${result.answer}`)
  }
}
await Promise.all(Array.from({ length: atOnce }, searchInTurn))
found.sort((a, b) => a.truth - b.truth || a.seed - b.seed)

const isWithin = ({ share }: Found) => Math.abs(share - 1) <= offMax
const within = found.filter(isWithin).length / found.length
const slowest = Math.max(...found.map(({ seconds }) => seconds))
const heads = ['truth', 'answer over the truth', 'trials', 'took', '']
const rows = found.map((one) => [
  ...[`${one.truth} ×`, one.share.toFixed(2), `${one.trials}`, `${one.seconds.toFixed(0)} s`],
  isWithin(one) ? 'met' : 'GAP',
])
const table = [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`)
const summary =
  `${(within * 100).toFixed(0)} % of ${found.length} searches within 10 % (target: 90 %), ` +
  `the longest took ${slowest.toFixed(0)} s (target: below ${secondsMax} s).`
const text = `# Capacities that are known by construction, searched for in real time

Over real sockets, with the trials of the command's defaults (10 s, and 2 × 40 s): a server with
${slots} slots of ${slotMillis} ms, which bears ${perSecondTrue} requests a second, on the
same two cores; ${atOnce === 1 ? 'one search at a time' : `${atOnce} searches at the same time`}.
Made by \`npm run bench -- capacity-real --runs ${runs} --at-once ${atOnce} --write\`.

${table.join('\n')}

${summary}
`
if (values.write) writeFileSync(join(import.meta.dirname, 'results/capacity-real.md'), text)
console.log(`\n${table.join('\n')}\n${summary}`)
if (within < shareMin || slowest >= secondsMax) process.exitCode = 1
