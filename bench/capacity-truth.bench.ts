// How near the search comes to capacities that are known by construction, in virtual time.
// npm run bench -- capacity-truth [--seeds N] [--write]: with --write the table becomes
// bench/results/capacity.md.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { searchCapacity } from '../sim/capacity-run.ts'
import { knownServices, perSecondTrue, searchFor } from '../sim/known-capacity.ts'

const truths = [1.3, 2.6, 6, 15, 40]
const shareMin = 0.9
const secondsMax = 480

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '20' },
    write: { type: 'boolean', default: false },
  },
})
const seeds = Number(values.seeds)

/** One row: how far the answers are from the truth, and how long the searches took. */
async function measure(name: string, truth: number): Promise<readonly string[]> {
  const offs: number[] = []
  const times: number[] = []
  let trials = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const search = searchFor(knownServices[name]!, truth)
    const { capacity, normal, seconds } = await searchCapacity(seed, search)
    offs.push((capacity.answer.level * normal) / perSecondTrue)
    times.push(seconds)
    trials += capacity.trials.length
  }
  offs.sort((a, b) => a - b)
  const within = offs.filter((off) => Math.abs(off - 1) <= 0.1).length / seeds
  const slowest = Math.max(...times)
  const met = within >= shareMin && slowest < secondsMax ? 'met' : 'GAP'
  const at = (share: number) => offs[Math.floor(share * (seeds - 1))]!.toFixed(2)
  return [
    ...[name, `${truth} ×`, `${(within * 100).toFixed(0)} %`],
    ...[at(0), at(0.5), at(1)],
    ...[(trials / seeds).toFixed(0), `${slowest.toFixed(0)} s`, met],
  ]
}

const heads = [
  ...['service', 'truth', 'within 10 %', 'least', 'median', 'most'],
  ...['trials', 'longest', ''],
]
const rows: (readonly string[])[] = []
for (const name of Object.keys(knownServices)) {
  for (const truth of truths) {
    rows.push(await measure(name, truth))
    console.log(rows.at(-1)!.join('  '))
  }
}
const gaps = rows.filter((row) => row.at(-1) !== 'met').length
const table = [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`)
const text = `# Capacities that are known by construction, and what the search answers

${seeds} searches for each row, in virtual time, with the trials of the command's defaults (10 s,
and 2 × 40 s). \`least\`, \`median\` and \`most\` are the answer over the truth, \`longest\` is the
longest search. Targets: within 10 % in at least 9 of 10, each below 8 minutes. Every service bears
${perSecondTrue} requests a second; normal traffic is as much less as the truth says.
Made by \`npm run bench -- capacity-truth --write\`.

${table.join('\n')}
`
if (values.write) writeFileSync(join(import.meta.dirname, 'results/capacity.md'), text)
console.log(`${rows.length - gaps} of ${rows.length} rows meet the targets`)
if (gaps > 0) process.exitCode = 1
