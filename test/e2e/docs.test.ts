// Runs every command that README and guides show, as it stands there, and holds what they say about
// the exit code; live ones get real traffic. A command with sudo runs on a production host, others
// on the preview host, where names and ports are those of the documents (`staged-hosts.ts`).
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startChild, waitUntil } from '../../scripts/child.ts'
import { isBalanced, startRehearsal } from '../../scripts/rehearsal.ts'
import { ensureCommand } from '../../scripts/system-packages.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { startShop } from '../../shop/io/start-shop.ts'
import { type DocBlock, readDocBlocks } from '../support/doc-blocks.ts'
import { eventually, command as rehearsalCommand } from '../support/rehearsal.ts'
import { recordShop } from '../support/shop-recording.ts'
import { stageHosts } from '../support/staged-hosts.ts'

const root = join(import.meta.dirname, '../..')
const pages = ['README.md', ...globSync('docs/guides/*.md', { cwd: root })].sort()
const english = pages.filter((page) => !page.endsWith('.zh-CN.md'))

/** What is there where a page's commands run: a recording with answers, and data for a preview. */
const recordedRequests = 1_500
const recordedPerSecond = 2_000
/** So many messages show that traffic arrives. */
const arrivedMin = 5
/** A visit takes one connection or two; of those the least sampled command takes one in six s. */
const arrivesMillisMax = 80_000

const staging = ['--data', '1', '--drift', 'all', '--noise', 'all']
const shops = {
  candidate: ['--seed', '23', ...staging, '--release', '2', '--bugs', 'null-for-missing'],
  baseline: ['--seed', '21', ...staging],
  'baseline-2': ['--seed', '22', ...staging],
}

const resources = new AsyncDisposableStack()
const hosts = resources.use(stageHosts())
const folder = resources.use(createTemporaryFolder('docs'))

/** A command of several pages is run once: they share one folder, and what it leaves there. */
const worked = new Set<string>()

before(async () => {
  ensureCommand('curl')
  process.chdir(folder.path)
  putCommandsOnPath(join(folder.path, 'bin'))
  writeFileSync('traffic.gor', recordShop(1, recordedRequests, recordedPerSecond))
  const targets = Object.entries(shops).map(([name, args]) => {
    const where = ['--address', hosts.addressOf(name), '--port', '80']
    return startShop([...args, ...where], hosts.preview)
  })
  for (const target of await Promise.all(targets)) resources.use(target)
  await openProduction(1)
})

after(() => resources.disposeAsync())

/** The service of a production host, and its users. */
async function openProduction(number: number): Promise<AsyncDisposable> {
  const through = hosts.production(number)
  const opened = resources.use(new AsyncDisposableStack())
  opened.use(await startShop(['--seed', `${number}`, '--port', '80'], through))
  const visitors = join(root, 'shop/visitors.ts')
  const args = [
    ...[visitors, '--port', '80', '--rate', '60'],
    ...['--seconds', '300', '--visit-seconds', '1'],
  ]
  opened.use(startChild({ command: process.execPath, args, through }))
  return opened
}

/** `rehearsal` as if installed, and `sudo` where everybody is root. */
function putCommandsOnPath(path: string): void {
  mkdirSync(path)
  symlinkSync(rehearsalCommand, join(path, 'rehearsal'))
  writeFileSync(join(path, 'sudo'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 })
  process.env.PATH = `${path}:${process.env.PATH}`
}

for (const page of english) {
  test(`${page} shows no command of the program that is not tried`, () => {
    const untried = blocksOf(page).filter(
      ({ isTested, commands }) => !isTested && commands.some((line) => isOurs(line)),
    )
    assert.deepEqual(untried, [])
  })
}

const tested = english.flatMap((page) =>
  blocksOf(page)
    .filter(({ isTested }) => isTested)
    .map((block) => ({ page, block })),
)

describe('commands work as they stand', { concurrency: tested.length }, () => {
  for (const { page, block } of tested) {
    test(`${page}:${block.line} ${block.commands[0]}`, () =>
      inTurn(laneOf(block), () => (block.isLive ? runLive(block) : runToEnd(block))))
  }
})

for (const page of pages.filter((name) => name.endsWith('.zh-CN.md'))) {
  test(`${page} has the commands of the English page`, () => {
    const commandsOf = (path: string) => blocksOf(path).map(({ commands }) => commands)
    assert.deepEqual(commandsOf(page), commandsOf(page.replace('.zh-CN', '')))
  })
}

function blocksOf(page: string): readonly DocBlock[] {
  return readDocBlocks(readFileSync(join(root, page), 'utf8'))
}

/** What shares a port or a file has its order; all else waits for traffic, and needs none. */
function laneOf({ commands }: DocBlock): string {
  const shares = (pattern: RegExp) => commands.some((line) => pattern.test(line))
  if (shares(/:28020/)) return 'link'
  if (shares(/ run( |$)/)) return 'run'
  if (shares(/rehearsal capacity /)) return 'capacity'
  return shares(/\.gor/) ? 'recordings' : 'copies'
}

const lanes = new Map<string, Promise<unknown>>()

/** Behind all that were given to this lane before; they are one program each, mostly waiting. */
function inTurn(lane: string, run: () => Promise<void>): Promise<void> {
  const done = (lanes.get(lane) ?? Promise.resolve()).then(run)
  lanes.set(
    lane,
    done.catch(() => {}),
  )
  return done
}

/** It shows a run, and has no ledger of its own. */
function isConsole(command: string): boolean {
  return command.startsWith('rehearsal console ')
}

async function startConsole(command: string): Promise<AsyncDisposable> {
  const [program = '', ...args] = wordsOf(command)
  const child = startChild({ command: program, args, through: hosts.preview })
  await waitUntil(child, command, () => child.output().includes('http://'))
  return child
}

function isOurs(command: string): boolean {
  return /^(sudo )?rehearsal /.test(command)
}

/** Whether it was tried before; it is from here on. */
function isKnown(trial: string): boolean {
  const known = worked.has(trial)
  worked.add(trial)
  return known
}

/** In the summary at its end. */
function tellsAnswers(command: string): boolean {
  return /^rehearsal --.*--output-http /.test(command) && !command.includes('--quiet')
}

function isSudo(command: string): boolean {
  return command.startsWith('sudo ')
}

async function runToEnd({ commands, exit }: DocBlock): Promise<void> {
  for (const command of commands) {
    const expected = command === commands.at(-1) ? exit : 0
    if (isKnown(`${command} exits with ${expected}`)) continue
    const { status, output } = await runShell(command)
    assert.equal(status, expected, `${command}\n${output}`)
    if (tellsAnswers(command)) assert.match(output, /answered: [1-9]/, output)
  }
}

async function runShell(command: string) {
  const through = isSudo(command) ? hosts.production(1) : hosts.preview
  await using child = startChild({ command: 'bash', args: ['-c', command], through })
  return { status: await child.exited, output: child.output() }
}

/** Starts what receives before what sends, and ends it behind. */
async function runLive({ commands, hosts: count }: DocBlock): Promise<void> {
  if (isKnown(`on ${count} hosts: ${commands.join('; ')}`)) return
  await using stack = new AsyncDisposableStack()
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const others = await Promise.all(numbers.slice(1).map(openProduction))
  for (const other of others) stack.use(other)
  const start = async (command: string, through: readonly string[]) => {
    const started = await startRehearsal({ args: wordsOf(command).slice(1), through })
    return stack.use(started)
  }
  for (const command of commands.filter(isConsole)) stack.use(await startConsole(command))
  const ours = commands.filter((line) => isOurs(line) && !isConsole(line))
  const replayers = await Promise.all(
    ours.filter((line) => !isSudo(line)).map((line) => start(line, hosts.preview)),
  )
  const listeners = await Promise.all(
    numbers.flatMap((number) =>
      ours
        .filter(isSudo)
        .map((line) => start(line.replace(/^sudo /, ''), hosts.production(number))),
    ),
  )
  const running = [...listeners, ...replayers]
  const outputs = () => running.flatMap((each) => each.ledger().outputs)
  const hasArrived = () => outputs().every(({ delivered }) => delivered >= arrivedMin)
  await eventually(`traffic at all outputs of ${commands.join('; ')}`, hasArrived, arrivesMillisMax)
  for (const command of commands.filter((line) => !isOurs(line))) {
    const { status, output } = await runShell(command)
    assert.equal(status, 0, `${command}\n${output}`)
  }
  for (const each of running) {
    const ledger = await each.finish()
    assert.ok(isBalanced(ledger), JSON.stringify(ledger))
    for (const { output, answered } of ledger.outputs) {
      if (output.startsWith('http')) assert.ok(answered > 0, `nothing answered by ${output}`)
    }
  }
}

/** As the shell would cut it. */
function wordsOf(command: string): readonly string[] {
  const script = `printf '%s\\0' ${command}`
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)
}
