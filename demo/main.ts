// npm run demo: a dress rehearsal in one minute; --keep goes on until Ctrl-C, --short is for tests.
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { OperatorError } from '../src/model/operator-error.ts'
import { tellStory } from './story.ts'

const { values } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
  },
})

// Leaving runs the exit handlers; the kernel ends the children.
const leave = () => process.exit(130)
const signals = ['SIGINT', 'SIGTERM'] as const
for (const signal of signals) process.once(signal, leave)

/** From here on an interrupt ends what is kept, and the story in good order. */
async function untilInterrupted(): Promise<void> {
  for (const signal of signals) process.off(signal, leave)
  await Promise.race(signals.map((signal) => once(process, signal)))
}

try {
  // Where it is kept, users would still come.
  process.exit(await tellStory({ ...values, untilInterrupted }))
} catch (error) {
  if (!(error instanceof OperatorError)) throw error
  console.error(`${error.message}: ${error.hint}`)
  process.exitCode = 2
}
