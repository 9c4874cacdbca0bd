// The entry of the thread that sees whether a hook of the script ever returns.
import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import type { WatchData } from './script-watch.ts'

const { calls, path, lookEachMillis, looksMax } = workerData as WatchData
let before = 0
let looks = 0

setInterval(() => {
  const now = Atomics.load(calls, 0)
  const isSame = now === before && (now & 1) === 1
  looks = isSame ? looks + 1 : 0
  before = now
  if (looks < looksMax) return
  const seconds = (looksMax * lookEachMillis) / 1_000
  // The main thread prints nothing any more, and hears no signal that could be caught.
  writeSync(
    2,
    `rehearsal: a hook of the script ${path} has not returned for ${seconds} s; ` +
      'this ends the run, and what it had is lost\n',
  )
  process.kill(process.pid, 'SIGKILL')
}, lookEachMillis)
