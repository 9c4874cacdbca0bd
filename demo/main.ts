// npm run demo: a dress rehearsal in one minute; --keep goes on until Ctrl-C, --short is for tests.
import { parseArgs } from 'node:util'
import { OperatorError } from '../src/model/operator-error.ts'
import { tellStory } from './story.ts'

const { values } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
  },
})

let interrupted = 130
// Leaving runs the exit handlers; the kernel ends the children.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(interrupted))
}

try {
  const onKept = (code: number) => {
    interrupted = code
  }
  process.exitCode = await tellStory({ ...values, onKept })
} catch (error) {
  if (!(error instanceof OperatorError)) throw error
  console.error(`${error.message}: ${error.hint}`)
  process.exitCode = 2
}
