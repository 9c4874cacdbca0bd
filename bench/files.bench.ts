// What recordings cost: reading one, and replaying one as fast as the target takes it, beside the
// floor. npm run bench -- files [--smoke]
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startChild, waitUntil } from '../scripts/child.ts'
import { createTemporaryFolder } from '../scripts/temporary-folder.ts'
import { type Figure, formatFigures } from './support/figures.ts'
import { type MeasuredRun, measureRun } from './support/measured-run.ts'
import { readCpuMillis } from './support/process-usage.ts'
import { recordedGet, writeRecording } from './support/recording.ts'
import { openStageSet, type StageSet } from './support/stage-set.ts'

const isSmoke = process.argv.includes('--smoke')
const readMegabytes = isSmoke ? 50 : 1_000
const replayed = isSmoke ? 20_000 : 400_000
const floorRate = 25_000
const floorSeconds = isSmoke ? 2 : 10
const memoryMax = 300
const asap = ['--replay-pace', 'asap']

using folder = createTemporaryFolder('bench-files')
const figures = [...(await measureReading()), ...(await measureReplay())]
console.log(`\n${formatFigures(figures)}`)

async function measureReading(): Promise<readonly Figure[]> {
  const path = join(folder.path, 'read.gor')
  // 1 KB a message on average.
  const plan = { path, perSecond: 5_000, connections: 1_000, bodyBytes: 2_400 }
  const messages = readMegabytes * 1_000
  const megabytes = writeRecording({ ...plan, messages }) / 1e6
  console.log(`reading ${megabytes.toFixed(0)} MB, ${messages} messages`)
  const run = await measureRun(['--input-file', path, ...asap, '--output-null'])
  assertDelivered(run, messages)
  const of = 'reading a recording:'
  const rate = megabytes / (run.cpuMillis / 1_000)
  return [
    { name: `${of} MB a second, whole run`, value: megabytes / run.seconds, unit: '', max: null },
    atLeast(`${of} MB a second of one core`, rate, 300),
    { name: `${of} peak memory`, value: run.memory, unit: 'MB', max: memoryMax },
  ]
}

async function measureReplay(): Promise<readonly Figure[]> {
  await using stage = await openStageSet()
  const path = join(folder.path, 'replay.gor')
  const plan = { path, perSecond: 25_000, connections: 64, bodyBytes: 0 }
  writeRecording({ ...plan, messages: replayed })
  const target = `http://127.0.0.1:${stage.targetPort}`
  console.log(`floor at ${floorRate}/s`)
  const floor = await measureFloor(stage)
  console.log(`replaying ${replayed} requests as fast as possible`)
  const run = await measureRun(['--input-file', path, ...asap, '--output-http', target])
  assertDelivered(run, replayed)
  const cpu = run.cpuMillis / (replayed / 1_000)
  const of = 'replay as fast as possible:'
  return [
    atLeast(`${of} requests a second`, replayed / run.seconds, 25_000),
    { name: `${of} CPU for 1,000`, value: cpu, unit: 'ms', max: null },
    { name: `floor, ${floorRate}/s: CPU for 1,000`, value: floor, unit: 'ms', max: null },
    { name: `${of} CPU to the floor's`, value: cpu / floor, unit: '×', max: 1.5 },
    { name: `${of} peak memory`, value: run.memory, unit: 'MB', max: memoryMax },
  ]
}

/** CPU time in ms for 1,000 of the recorded requests that are sent at the rate; nothing else. */
async function measureFloor(stage: StageSet): Promise<number> {
  const path = join(import.meta.dirname, 'support/floor.ts')
  const request = join(folder.path, 'request')
  writeFileSync(request, recordedGet)
  const args = [path, ...[stage.targetPort, floorRate, floorSeconds + 5].map(String), request]
  await using floor = startChild({ command: process.execPath, args })
  await waitUntil(floor, 'the floor', () => floor.output().includes('sending'))
  await sleep(1_000)
  const before = readCpuMillis(floor.pid)
  const countBefore = await stage.countTargetRequests()
  await sleep(floorSeconds * 1_000)
  const sent = (await stage.countTargetRequests()) - countBefore
  return (readCpuMillis(floor.pid) - before) / (sent / 1_000)
}

function atLeast(name: string, value: number, min: number): Figure {
  return { name, value, unit: '', max: null, min }
}

/** A bench of a replay that loses messages means nothing: it fails. */
function assertDelivered({ output }: MeasuredRun, messages: number): void {
  if (output.delivered !== messages) throw new Error(JSON.stringify(output, null, 2))
}
