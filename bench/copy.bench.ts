// The whole path on real packets: what it costs beside a floor, what it loses, and what production
// feels of it. Everything runs on this machine's cores: servers, load, capture and replay.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startChild, waitUntil } from '../scripts/child.ts'
import { findFreePort } from '../scripts/free-port.ts'
import { isBalanced, type Rehearsal, startRehearsal } from '../scripts/rehearsal.ts'
import type { Figure } from './support/figures.ts'
import { type LoadReport, measureLoad } from './support/load-process.ts'
import { readCpuMillis, readMemory } from './support/process-usage.ts'
import { openStageSet, type StageSet } from './support/stage-set.ts'

export interface CopyPlan {
  /** Requests a second of the runs that measure CPU time; the last one is the fullest load. */
  readonly rates: readonly number[]
  readonly seconds: number
  readonly warmSeconds: number
  /** Rounds of the runs that compare production's p99; none leaves them out. */
  readonly rounds: number
  /** Hears what is being measured. */
  readonly say: (text: string) => void
}

/** Budgets by rate: CPU time in ms for 1,000 requests, memory in MB. */
const cpuMillisMax: Readonly<Record<number, number>> = { 1000: 80, 5000: 30, 15000: 22 }
const listenerCpuMillisMax: Readonly<Record<number, number>> = { 15000: 6 }
const memoryMax: Readonly<Record<number, number>> = { 15000: 160 }

const floorRatioMax = 1.6
const idlePercentMax = 0.5
const latencyRate = 5_000
const megabyte = 1e6

export async function benchCopy(plan: CopyPlan): Promise<readonly Figure[]> {
  await using stage = await openStageSet()
  const figures: Figure[] = []
  for (const rate of plan.rates) {
    const floor = await measureFloor(plan, stage, rate)
    figures.push(...(await measureCopy(plan, stage, rate, floor)))
  }
  figures.push(await measureListener(plan, stage))
  figures.push(await measureIdle(plan, stage))
  if (plan.rounds > 0) figures.push(...(await measureProduction(plan, stage)))
  return figures
}

function offer(plan: CopyPlan, stage: StageSet, rate: number, pid?: number): Promise<LoadReport> {
  const { warmSeconds, seconds } = plan
  return measureLoad({ port: stage.productionPort, perSecond: rate, warmSeconds, seconds }, pid)
}

/** Production is under the same load as beside the copy, so that the cores are as busy. */
async function measureFloor(plan: CopyPlan, stage: StageSet, rate: number): Promise<number> {
  plan.say(`floor at ${rate}/s`)
  // Enough to outlast the generator, which starts later; it is stopped then.
  const seconds = plan.warmSeconds + plan.seconds + 30
  const path = join(import.meta.dirname, 'support/floor.ts')
  const args = [path, ...[stage.targetPort, rate, seconds].map(String)]
  await using floor = startChild({ command: process.execPath, args })
  await waitUntil(floor, 'the floor', () => floor.output().includes('sending'))
  return (await offer(plan, stage, rate, floor.pid)).cpuMillisPerThousand
}

async function measureCopy(
  plan: CopyPlan,
  stage: StageSet,
  rate: number,
  floor: number,
): Promise<readonly Figure[]> {
  plan.say(`capture and replay at ${rate}/s`)
  await using rehearsal = await startCopy(stage)
  const before = await stage.countTargetRequests()
  const load = await offer(plan, stage, rate, rehearsal.pid)
  const memory = readMemory(rehearsal.pid).peak / megabyte
  await finishBalanced(rehearsal)
  const lost = load.sent - ((await stage.countTargetRequests()) - before)
  const cpu = load.cpuMillisPerThousand
  const of = `capture and replay, ${rate}/s:`
  return [
    { name: `${of} lost of ${load.sent}`, value: lost, unit: '', max: 0 },
    { name: `${of} CPU for 1,000`, value: cpu, unit: 'ms', max: cpuMillisMax[rate] ?? null },
    { name: `floor, ${rate}/s: CPU for 1,000`, value: floor, unit: 'ms', max: null },
    { name: `${of} CPU to the floor's`, value: cpu / floor, unit: '×', max: floorRatioMax },
    { name: `${of} peak memory`, value: memory, unit: 'MB', max: memoryMax[rate] ?? null },
  ]
}

async function measureListener(plan: CopyPlan, stage: StageSet): Promise<Figure> {
  const rate = plan.rates.at(-1)!
  plan.say(`listener alone at ${rate}/s`)
  await using pair = await startListener(stage)
  const { cpuMillisPerThousand } = await offer(plan, stage, rate, pair.listener.pid)
  const ledger = await finishBalanced(pair.listener)
  await finishBalanced(pair.replayer)
  const name = `listener alone, ${rate}/s: CPU for 1,000`
  if (ledger.captured === 0) throw new Error('the listener captured nothing')
  const max = listenerCpuMillisMax[rate] ?? null
  return { name, value: cpuMillisPerThousand, unit: 'ms', max }
}

async function measureIdle(plan: CopyPlan, stage: StageSet): Promise<Figure> {
  plan.say('idle')
  await using rehearsal = await startCopy(stage)
  await sleep(plan.warmSeconds * 1_000)
  const before = { cpu: readCpuMillis(rehearsal.pid), at: performance.now() }
  await sleep(plan.seconds * 1_000)
  const cpu = readCpuMillis(rehearsal.pid) - before.cpu
  const percent = (cpu * 100) / (performance.now() - before.at)
  return { name: 'idle: share of one core', value: percent, unit: '%', max: idlePercentMax }
}

/** In turns, so that whatever else the machine does meets all three alike; the medians count. */
async function measureProduction(plan: CopyPlan, stage: StageSet): Promise<readonly Figure[]> {
  const p99 = { alone: [] as number[], copied: [] as number[], heard: [] as number[] }
  for (let round = 1; round <= plan.rounds; round++) {
    plan.say(`production's p99 at ${latencyRate}/s, round ${round} of ${plan.rounds}`)
    p99.alone.push((await offer(plan, stage, latencyRate)).p99)
    {
      await using copy = await startCopy(stage)
      p99.copied.push((await offer(plan, stage, latencyRate, copy.pid)).p99)
    }
    await using pair = await startListener(stage)
    p99.heard.push((await offer(plan, stage, latencyRate, pair.listener.pid)).p99)
  }
  const alone = median(p99.alone) / 1_000
  const copied = median(p99.copied) / 1_000
  const heard = median(p99.heard) / 1_000
  const name = `production's p99, ${latencyRate}/s`
  return [
    { name, value: alone, unit: 'ms', max: null },
    { name: `${name}: with all on its cores`, value: copied, unit: 'ms', max: null },
    { name: `${name}: ratio`, value: copied / alone, unit: '×', max: 2 },
    { name: `${name}: with the listener`, value: heard, unit: 'ms', max: null },
    { name: `${name}: ratio`, value: heard / alone, unit: '×', max: 1.05 },
  ]
}

function startCopy(stage: StageSet): Promise<Rehearsal> {
  const target = `http://127.0.0.1:${stage.targetPort}`
  const args = ['--input-raw', `:${stage.productionPort}`, '--output-http', target]
  return startRehearsal({ args })
}

interface ListenerPair extends AsyncDisposable {
  readonly listener: Rehearsal
  /** Takes what the listener sends and does nothing with it. */
  readonly replayer: Rehearsal
}

async function startListener(stage: StageSet): Promise<ListenerPair> {
  await using started = new AsyncDisposableStack()
  const link = `127.0.0.1:${await findFreePort()}`
  const replayer = started.use(
    await startRehearsal({ args: ['--input-tcp', link, '--output-null'] }),
  )
  const capture = ['--input-raw', `:${stage.productionPort}`, '--output-tcp', link]
  const listener = started.use(await startRehearsal({ args: capture }))
  const both = started.move()
  return { listener, replayer, [Symbol.asyncDispose]: () => both.disposeAsync() }
}

/** A bench of a copy that miscounts means nothing: it fails. */
async function finishBalanced(rehearsal: Rehearsal) {
  const ledger = await rehearsal.finish()
  if (!isBalanced(ledger)) {
    throw new Error(`the ledger does not balance: ${JSON.stringify(ledger, null, 2)}`)
  }
  return ledger
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
