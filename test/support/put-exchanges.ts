// A program of tests: writes a run as fast as told and says what it has put, until it is ended.
// put-exchanges.ts FOLDER BYTES: puts examples of so many bytes, each in a slot of its own.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExchangeId } from '../../src/model/message.ts'
import { openRunWriter } from '../../src/store/io/run-writer.ts'
import { createAnswer, createRunInfo, createStoredExchange } from './run-folders.ts'

const [folder = '', bytes = '100'] = process.argv.slice(2)
const say = (text: string) => process.stdout.write(`${text}\n`)
const options = { onTrouble: (text: string) => say(`trouble: ${text}`) }
const freeBytes = process.argv.includes('blind') ? { freeBytes: async () => 1e12 } : {}
const writer = await openRunWriter(folder, createRunInfo(), { ...options, ...freeBytes })
for (let slot = 0; ; slot++) {
  const body = new Uint8Array(Number(bytes)).map(() => Math.random() * 256)
  const answers = { candidate: createAnswer('', { bytes: body }) }
  const exchange = `e${slot}` as ExchangeId
  const at = Math.floor(performance.timeOrigin + performance.now()) * 1_000
  writer.putExchange(createStoredExchange({ slot, exchange, at, answers }))
  say(`put ${slot} at ${at}; failed ${writer.losses().failedCommits}`)
  await sleep(20)
}
