// Memory over time: capture and replay under a steady load, read every half minute.
import { setTimeout as sleep } from 'node:timers/promises'
import { isBalanced, startRehearsal } from '../scripts/rehearsal.ts'
import type { Figure } from './support/figures.ts'
import { measureLoad } from './support/load-process.ts'
import { readMemory } from './support/process-usage.ts'
import { openStageSet } from './support/stage-set.ts'

const perSecond = 3_000
const readEverySecondsMax = 30
const megabyte = 1e6

/** The first reading is left out of the comparison: buffers and the heap find their size. */
const growthMax = 1.1

export async function benchSoak(
  seconds: number,
  say: (text: string) => void,
): Promise<readonly Figure[]> {
  await using stage = await openStageSet()
  const { productionPort, targetPort } = stage
  const target = `http://127.0.0.1:${targetPort}`
  const args = ['--input-raw', `:${productionPort}`, '--output-http', target]
  await using rehearsal = await startRehearsal({ args })
  const loaded = measureLoad({ port: productionPort, perSecond, warmSeconds: 1, seconds })
  const readings: number[] = []
  // A short run has its four readings, too.
  const readEverySeconds = Math.min(readEverySecondsMax, seconds / 4)
  const reading = async () => {
    for (let at = readEverySeconds; at <= seconds; at += readEverySeconds) {
      await sleep(readEverySeconds * 1_000)
      readings.push(readMemory(rehearsal.pid).now / megabyte)
      say(`${String(at).padStart(4)} s  ${readings.at(-1)!.toFixed(1)} MB`)
    }
  }
  const [load] = await Promise.all([loaded, reading()])
  const ledger = await rehearsal.finish()
  if (!isBalanced(ledger)) throw new Error(`the ledger does not balance: ${JSON.stringify(ledger)}`)
  const lost = load.sent - (await stage.countTargetRequests())
  const [, second = Number.NaN, ...later] = readings
  const growth = Math.max(second, ...later) / second
  const name = `soak, ${perSecond}/s for ${seconds} s:`
  return [
    { name: `${name} lost of ${load.sent}`, value: lost, unit: '', max: 0 },
    { name: `${name} memory, most to second reading`, value: growth, unit: '×', max: growthMax },
  ]
}
