// Runs the tests: fast (no system needed), sim (many seeds), or all (types, lint, and everything).
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { OperatorError } from '../src/model/operator-error.ts'
import { ensureChineseFont, ensureCommand, ensureLibpcap } from './system-packages.ts'

const root = join(import.meta.dirname, '..')
const endToEnd = 'test/e2e/'

/**
 * End-to-end tests that want the two cores, or all of the loopback interface, for themselves; and
 * `console`, which builds the pages that those behind it find built.
 */
const busyTests = new Set(['capacity', 'capacity-live', 'console', 'demo', 'docs', 'sources'])

/** A test that takes longer hangs. */
const testMillisMax = 240_000

const modes: Readonly<Record<string, () => number>> = {
  fast: runFast,
  sim: () => {
    const tests = findTests().filter((path) => path.startsWith('sim/') || hasProperties(path))
    return runTests(tests, { concurrency: 2, seeds: process.env.SEEDS ?? '300' })
  },
  all: () => {
    ensureSystem()
    const checked =
      check('types', 'tsc', []) ||
      check('types of the console', 'tsc', ['-p', 'src/console/browser']) ||
      check('lint', 'biome', ['check', '--error-on-warnings'])
    if (checked !== 0) return checked
    const endToEnd = findTests().filter(isEndToEnd)
    const [busy, others] = [true, false].map((isBusy) =>
      endToEnd.filter((path) => busyTests.has(basename(path, '.test.ts')) === isBusy),
    )
    return runFast() + runTests(busy!, { concurrency: 1 }) + runTests(others!, { concurrency: 2 })
  },
}

try {
  const mode = modes[process.argv[2] ?? '']
  if (mode === undefined) {
    throw new OperatorError('bad-argument', 'no such set of tests', 'give fast, sim or all')
  }
  process.exitCode = mode()
} catch (error) {
  if (!(error instanceof OperatorError)) throw error
  console.error(`${error.message}: ${error.hint}`)
  process.exitCode = 2
}

/** What the end-to-end tests need: raw sockets, network namespaces, and a real server. */
function ensureSystem(): void {
  if (process.getuid?.() !== 0) {
    const hint = 'run sudo npm test, or npm run check for all other tests'
    throw new OperatorError('not-root', 'the end-to-end tests capture packets, as root', hint)
  }
  const servers = ['nginx', 'redis-server', 'chromium', 'prometheus'] as const
  for (const command of ['ip', 'setpriv', 'script', ...servers] as const) {
    ensureCommand(command)
  }
  ensureLibpcap()
  ensureChineseFont()
}

/** 0 and one line where all is well, else what the tool says. */
function check(what: string, tool: string, args: readonly string[]): number {
  const command = join(root, 'node_modules/.bin', tool)
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  if (status === 0) console.log(`${what}: ok`)
  else console.error(`${what}: not ok\n${stdout}${stderr}`)
  return status ?? 1
}

/** All that need no system. */
function runFast(): number {
  return runTests(
    findTests().filter((path) => !isEndToEnd(path)),
    { concurrency: 2 },
  )
}

function isEndToEnd(path: string): boolean {
  return path.startsWith(endToEnd)
}

/** Whose values are other ones where many seeds are asked for. */
function hasProperties(path: string): boolean {
  return readFileSync(join(root, path), 'utf8').includes('/properties.ts')
}

function findTests(): readonly string[] {
  return ['src', 'test', 'sim', 'shop']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((path) => `${folder}/${path}`),
    )
    .filter((path) => path.endsWith('.test.ts'))
    .sort()
}

function runTests(
  files: readonly string[],
  options: { readonly concurrency: number; readonly seeds?: string },
): number {
  const summary = join(root, 'scripts/summary-reporter.ts')
  const args = [
    '--test',
    `--test-concurrency=${options.concurrency}`,
    `--test-timeout=${testMillisMax}`,
    ...['dot', summary].flatMap((reporter) => [
      `--test-reporter=${reporter}`,
      '--test-reporter-destination=stdout',
    ]),
    ...files,
  ]
  // As `bin/rehearsal` has it: a source is stripped of its types once, not in each process and
  // thread. Node does that in WebAssembly, which now and then brings down a process of several
  // threads ("Check failed: jit_page.has_value()").
  const cache = { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node') }
  const seeds = options.seeds === undefined ? {} : { SEEDS: options.seeds }
  const env = { ...cache, ...process.env, ...seeds }
  const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' })
  return status ?? 1
}
