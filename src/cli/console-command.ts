// `rehearsal console RUN…`: finished runs in a browser.
import { once } from 'node:events'
import { type ConsoleServer, startConsoleServer } from '../console/io/console-server.ts'
import type { ConsoleRuns } from '../model/console.ts'
import { createDial } from '../network/io/tcp-client.ts'
import { createCapacityReader } from './capacity-reports.ts'
import { readCommandLine, textOf } from './command.ts'
import { type ConsoleAddress, readConsoleAddress } from './console-address.ts'
import { askTarget } from './console-ask.ts'
import { openConsolePages } from './console-pages.ts'
import { openRunFolders, type RunRedaction } from './console-runs.ts'
import { judgeHelp, judgeOptions, readGates, refuseMissingRules } from './judged-run.ts'
import { planRedaction } from './redaction.ts'
import { say } from './say.ts'

const help = `rehearsal console RUN…

Shows runs in a browser, until it is interrupted. RUN: a folder that was given to --compare, or one
that holds such folders: a history.

  --console ADDRESS             where to listen (127.0.0.1:7070); on this host alone without a token
  --console-token TOKEN         who opens it elsewhere has to give it; made where it is needed
  --redact-key FILE             that of the run: a secret in an answer to what is replayed again is
                                masked as where it is stored
  --skip-verify                 replay again to targets whose TLS certificate is not known
${judgeHelp}`

const options = {
  ...judgeOptions,
  console: { type: 'string' },
  'console-token': { type: 'string' },
  'redact-key': { type: 'string' },
  'skip-verify': { type: 'boolean' },
} as const

/** Serves until SIGINT or SIGTERM. */
export async function runConsole(args: readonly string[]): Promise<number> {
  const line = readCommandLine(help, args, options, { min: 1, max: 1_000 })
  if (line === null) return 0
  refuseMissingRules(line)
  const address = readConsoleAddress(
    textOf(line, 'console') ?? ':7070',
    textOf(line, 'console-token'),
  )
  const dial = createDial({
    skipVerify: line.values['skip-verify'] === true,
    context: null,
    onTlsError: (host, why) => say(`rehearsal: TLS with ${host} fails: ${why}`),
  })
  await using runs = await openRunFolders({
    folders: line.words,
    rules: textOf(line, 'rules') ?? null,
    gates: readGates(line),
    ask: (url, request) => askTarget(url, request, dial),
    redact: readRunRedaction(textOf(line, 'redact-key')),
    readCapacity: createCapacityReader(say),
    say,
  })
  await using server = await openConsole(runs, address)
  say(`console: ${server.url}`)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  return 0
}

/** What the run was told to redact, with the key of its `--redact-key` where that is given. */
function readRunRedaction(key: string | undefined): RunRedaction {
  // A wrong key is refused before there is a page.
  planRedaction({ 'redact-key': key })
  return ({ redact }) => {
    const { stored } = planRedaction({ redact, 'redact-key': key })
    return { redact: stored ?? ((message) => message), sameKey: key !== undefined }
  }
}

/** Listens at the address; a bug of a page's request is printed and goes no further. */
export function openConsole(runs: ConsoleRuns, address: ConsoleAddress): Promise<ConsoleServer> {
  const onBug = (error: unknown) => say(`rehearsal: console: ${(error as Error).stack}`)
  return startConsoleServer({ ...address, runs, asset: openConsolePages(), metrics: null, onBug })
}
