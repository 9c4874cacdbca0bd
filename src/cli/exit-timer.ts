// `--exit-after`, however long that is: a timer of Node's holds 24 days.
import type { Micros } from '../model/message.ts'

const timerMillisMax = 2 ** 31 - 1

/** Calls `end` after that time; what it gives calls that off. */
export function startExitTimer(duration: Micros, end: () => void): () => void {
  let timer: NodeJS.Timeout
  const wait = (millis: number) => {
    const part = Math.min(millis, timerMillisMax)
    timer = setTimeout(() => (millis > part ? wait(millis - part) : end()), part)
  }
  wait(duration / 1_000)
  return () => clearTimeout(timer)
}
