// npm run bench [copy | soak | NAME] -- [--seconds N] [--smoke]: figures beside their targets.
// Any other NAME is bench/NAME.bench.ts, which prints for itself.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { OperatorError } from '../src/model/operator-error.ts'
import { benchCopy, type CopyPlan } from './copy.bench.ts'
import { benchSoak } from './soak.bench.ts'
import { type Figure, formatFigures } from './support/figures.ts'

const say = (text: string) => console.log(text)

const full: CopyPlan = {
  rates: [1_000, 5_000, 15_000],
  seconds: 10,
  warmSeconds: 2,
  rounds: 3,
  say,
}

/** For continuous integration: that the bench works and the ledger balances, in 20 s. */
const smoke: CopyPlan = { rates: [2_000], seconds: 2, warmSeconds: 0.5, rounds: 0, say }

const soakSeconds = 600

// Leaving runs the exit handlers; the kernel ends the children.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

try {
  await main()
} catch (error) {
  if (!(error instanceof OperatorError)) throw error
  console.error(`${error.message}: ${error.hint}`)
  process.exitCode = 2
}

async function main(): Promise<void> {
  const options = {
    seconds: { type: 'string' },
    smoke: { type: 'boolean', default: false },
  } as const
  // Another bench reads what it knows itself.
  const { positionals } = parseArgs({ allowPositionals: true, strict: false, options })
  const [name = 'copy'] = positionals
  if (name !== 'copy' && name !== 'soak') return runOther(name)
  const { values } = parseArgs({ allowPositionals: true, options })
  if (process.getuid?.() !== 0) {
    throw new OperatorError(
      'not-root',
      'the bench captures packets',
      `run: sudo npm run bench ${name}`,
    )
  }
  const seconds = values.seconds === undefined ? null : Number(values.seconds)
  say(describeMachine())
  const plan = values.smoke ? smoke : full
  const figures =
    name === 'copy'
      ? await benchCopy({ ...plan, seconds: seconds ?? plan.seconds })
      : await benchSoak(seconds ?? soakSeconds, say)
  report(figures)
}

async function runOther(name: string): Promise<void> {
  const path = join(import.meta.dirname, `${name}.bench.ts`)
  if (!existsSync(path)) {
    throw new OperatorError(
      'no-bench',
      `there is no bench ${name}`,
      'ls bench/*.bench.ts lists them',
    )
  }
  await import(path)
}

function report(figures: readonly Figure[]): void {
  const judged = figures.filter((figure) => figure.max !== null)
  const met = judged.filter((figure) => figure.value <= figure.max!)
  say(`\n${formatFigures(figures)}\n\n${met.length} of ${judged.length} targets met`)
}

function describeMachine(): string {
  const [first] = cpus()
  const described = spawnSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' })
  const commit = described.status === 0 ? described.stdout.trim() : 'unknown'
  return `commit ${commit}, Node ${process.versions.node}, ${cpus().length} × ${first?.model}`
}
