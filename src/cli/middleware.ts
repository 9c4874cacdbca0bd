// Reads `--middleware`.
import type { Ledger } from '../app/ledger.ts'
import { OperatorError } from '../model/operator-error.ts'
import { splitCommand } from '../shape/command-line.ts'
import { isProgram, startMiddleware } from '../shape/io/middleware-process.ts'
import { Middleware } from '../shape/middleware.ts'
import type { FlagValues } from './flags.ts'
import { readMessageBytesMax } from './planned-input.ts'
import { realWorld } from './real-world.ts'
import { parseSize } from './units.ts'

/** Null where there is none; the program is started when the run begins. */
export function planMiddleware(flags: FlagValues): ((ledger: Ledger) => Middleware) | null {
  const command = flags.middleware
  if (command === undefined) return null
  const words = splitCommand(command)
  if (words === null || words.length === 0) {
    throw new OperatorError(
      'bad-middleware',
      `--middleware '${command}' is no command`,
      'write it as in a shell, each quote closed: --middleware "node rewrite.js"',
    )
  }
  if (!isProgram(words[0]!)) {
    throw new OperatorError(
      'no-middleware',
      `--middleware: there is no program '${words[0]}'`,
      'give its path, and let it be executable',
    )
  }
  const queueBytesMax = parseSize('output-queue-size', flags['output-queue-size'] ?? '64mb')
  return (ledger) =>
    new Middleware({
      world: realWorld,
      start: (handler) => startMiddleware(words, handler),
      account: ledger.openSource(`--middleware ${command}`),
      queueBytesMax,
      payloadBytesMax: readMessageBytesMax(flags),
      withTarget: (flags['output-http'] ?? []).length > 1,
      onStrange: (line) => {
        const what = line === null ? 'a line that is too long' : `a line that is none: ${line}`
        process.stderr.write(
          `rehearsal: of messages in hexadecimal the middleware printed ${what}; ` +
            'what it says to people belongs on standard error\n',
        )
      },
      onEnd: (why, restartIn) => {
        const how = why === 'ended' ? 'ended' : 'died'
        const text = `the middleware ${how}; it is started again in ${restartIn / 1_000_000} s`
        process.stderr.write(`rehearsal: ${text}\n`)
      },
    })
}
