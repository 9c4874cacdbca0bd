// The proof of judging: a shop's next release with one seeded bug at a time, all drift and all
// noise on. `npm run bench -- verdict` writes bench/results/verdict.md in about six minutes.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bug, type BugName, bugs } from '../shop/bugs.ts'
import { allDrift } from '../shop/drift.ts'
import { allNoise } from '../shop/noise.ts'
import { measureAttribution } from './support/attribution-accuracy.ts'
import { judgeShop, type ShopJudgement } from './support/shop-judge.ts'
import { flattenEndpoint, isAt } from './support/shop-places.ts'

const seed = 9
const requests = 3_000
const rareRequests = 20_000
const cleanRuns = 30

interface Target {
  readonly what: string
  readonly measured: string
  readonly target: string
  readonly met: boolean
}

function main(): void {
  const rows: string[] = []
  const found = findBugs(rows)
  const clean = runClean()
  const targets = [...found, ...clean, ...measureAttributions()]
  const text = format(rows, targets)
  const folder = join(import.meta.dirname, 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'verdict.md'), text)
  console.log(text)
  if (targets.some(({ met }) => !met)) process.exitCode = 1
}

function findBugs(rows: string[]): readonly Target[] {
  let ours = 0
  let diffys = 0
  for (const [name, bug] of bugs) {
    const count = bug.isRare ? rareRequests : requests
    const judged = judgeShop({ seed, bugs: new Set([name]), requests: count })
    const isFound = judged.verdict.findings.some(
      (finding) => finding.state === 'confirmed' && isOfBug(finding, bug),
    )
    const isDiffys = judged.diffy.some((shown) => isDiffyOfBug(shown, bug))
    ours += Number(isFound)
    diffys += Number(isDiffys)
    rows.push(describeRow(name, bug, judged, isFound, isDiffys))
    console.log(rows.at(-1))
  }
  const share = (count: number) => `${count} of ${bugs.size}`
  return [
    {
      what:
        `bugs found at their endpoint and place, each alone, in ${requests} requests ` +
        `(rare ones: ${rareRequests})`,
      measured: `${share(ours)}, ${percent(ours / bugs.size)}; Diffy's rule: ${share(diffys)}`,
      target: '≥ 95 %',
      met: ours >= bugs.size * 0.95,
    },
  ]
}

function isOfBug(
  finding: { readonly endpoint: string; readonly path: string; readonly kind: string },
  bug: Bug,
): boolean {
  if (flattenEndpoint(finding.endpoint) !== flattenEndpoint(bug.endpoint)) return false
  return finding.kind === bug.where || isAt(finding.path, bug.where)
}

/** `GET /orders/{id} $.total` */
function isDiffyOfBug(shown: string, bug: Bug): boolean {
  const space = shown.lastIndexOf(' ')
  const [endpoint, path] = [shown.slice(0, space), shown.slice(space + 1)]
  return flattenEndpoint(endpoint) === flattenEndpoint(bug.endpoint) && isAt(path, bug.where)
}

function describeRow(
  name: BugName,
  bug: Bug,
  { verdict, diffy }: ShopJudgement,
  isFound: boolean,
  isDiffys: boolean,
): string {
  const own = verdict.findings.find((finding) => isOfBug(finding, bug))
  const others = verdict.findings.filter(
    (finding) =>
      finding.state === 'confirmed' &&
      finding.consequenceOf === null &&
      !isOfBug(finding, bug) &&
      !bug.consequences.some(
        ({ endpoint }) => flattenEndpoint(endpoint) === flattenEndpoint(finding.endpoint),
      ) &&
      flattenEndpoint(finding.endpoint) !== flattenEndpoint(bug.endpoint),
  )
  const shown = own === undefined ? '' : `${own.shown}/${own.exchanges}`
  const cells = [
    name,
    `${bug.endpoint} \`${bug.where}\``,
    bug.kind,
    isFound ? verdict.verdict : '**missed**',
    shown,
    String(others.length),
    `${isDiffys ? 'shown' : 'missed'}, ${diffy.length} fields`,
  ]
  return `| ${cells.join(' | ')} |`
}

function runClean(): readonly Target[] {
  const verdicts = { pass: 0, fail: 0, undecided: 0 }
  let diffyAlarms = 0
  for (let run = 1; run <= cleanRuns; run++) {
    const { verdict, diffy } = judgeShop({ seed: 100 + run, requests })
    verdicts[verdict.verdict] += 1
    if (diffy.length > 0) diffyAlarms += 1
  }
  const { pass, fail, undecided } = verdicts
  return [
    {
      what: `failing verdicts in ${cleanRuns} clean runs`,
      measured:
        `${fail} (${pass} pass, ${undecided} undecided); ` +
        `Diffy's rule alarms in ${diffyAlarms}`,
      target: '0',
      met: fail === 0,
    },
  ]
}

function measureAttributions(): readonly Target[] {
  const some = [...bugs].filter(([, { isRare }]) => !isRare).map(([name]) => name)
  const several = new Set(some.filter((_, index) => index % 6 === 0))
  const modes = [
    ['baseline-twice', 'with the baseline asked twice', 0.97],
    ['production', 'with production and candidate alone', 0.8],
  ] as const
  return modes.map(([mode, how, least]) => {
    const { right, all } = measureAttribution({ seed, bugs: several, requests }, mode)
    return {
      what:
        `single differences put down to their true cause, ${how} ` +
        `(${several.size} bugs at once)`,
      measured: `${percent(right / all)} of ${all}`,
      target: `≥ ${least * 100} %`,
      met: right >= all * least,
    }
  })
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function format(rows: readonly string[], targets: readonly Target[]): string {
  return [
    '# Judging a candidate: the shop',
    '',
    `Made by \`npm run bench -- verdict\`: ${bugs.size} seeded bugs, ${allDrift.size} kinds of ` +
      `drift and ${allNoise.size} kinds of noise, all`,
    'drift and noise on in every run; four instances with data of their own: production, the',
    'baseline twice, the candidate. Diffy’s rule is given our endpoints; by raw path, as',
    'published, it would see most fields once.',
    '',
    '| figure | measured | target | |',
    '| --- | --- | --- | --- |',
    ...targets.map(
      ({ what, measured, target, met }) =>
        `| ${what} | ${measured} | ${target} | ${met ? 'met' : 'GAP'} |`,
    ),
    '',
    'Each bug alone. `shown`: exchanges of the endpoint in which its place differs. `elsewhere`:',
    'confirmed findings at endpoints where neither the bug nor what follows from it is.',
    '',
    '| bug | where | kind | verdict | shown | elsewhere | Diffy’s rule |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

main()
