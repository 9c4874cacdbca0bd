// Reads the flags of correlation, makes it for every target, and writes its log.
import { createHmac, randomBytes } from 'node:crypto'
import { CorrelatedTarget } from '../app/correlated-target.ts'
import { OperatorError } from '../model/operator-error.ts'
import { replaceFile } from '../report/io/replaced-file.ts'
import { createIssuedReader } from '../shape/correlate-issued.ts'
import type { FlagValues } from './flags.ts'
import { realWorld } from './real-world.ts'
import { parseCount, parseDuration } from './units.ts'

export interface PlannedCorrelation {
  /** Makes it for one more target, of that name in the log. */
  target(name: string): CorrelatedTarget
  /** Writes the log each second, where one is asked for; one that cannot be is refused. */
  start(): Promise<RunningCorrelation>
}

export interface RunningCorrelation {
  /** Writes the log once more; then what is left to say about the whole, one line each. */
  end(): Promise<readonly string[]>
}

/** Null where no correlation is asked for. */
export function planCorrelation(flags: FlagValues): PlannedCorrelation | null {
  if (flags.correlate !== true) return refuseOthers(flags)
  if ((flags['output-http'] ?? []).length === 0) {
    throw new OperatorError(
      'no-target',
      '--correlate concerns requests to a target, and there is none',
      'add --output-http URL, or leave --correlate to the replayer',
    )
  }
  const key = randomBytes(32)
  const options = {
    now: realWorld.now,
    pairsMax: parseCount('correlate-table-size', flags['correlate-table-size'] ?? '100000'),
    expiry: parseDuration('correlate-expiry', flags['correlate-expiry'] ?? '2h'),
    conceal: (value: string) =>
      `~${createHmac('sha256', key).update(value).digest('hex').slice(0, 12)}`,
    readProduction: createIssuedReader(),
  }
  const targets: { readonly name: string; readonly correlated: CorrelatedTarget }[] = []
  return {
    target: (name) => {
      const correlated = new CorrelatedTarget(options)
      targets.push({ name, correlated })
      return correlated
    },
    start: () => startLog(flags['correlate-log'] ?? null, targets),
  }
}

function refuseOthers(flags: FlagValues): null {
  for (const flag of ['correlate-table-size', 'correlate-expiry', 'correlate-log'] as const) {
    if (flags[flag] === undefined) continue
    throw new OperatorError('bad-flag', `--${flag} needs --correlate`, 'add it, or leave both out')
  }
  return null
}

type Targets = readonly { readonly name: string; readonly correlated: CorrelatedTarget }[]

async function startLog(path: string | null, targets: Targets): Promise<RunningCorrelation> {
  if (path !== null) await replaceFile(path, '').catch((error) => refuseLog(path, error))
  let writing: Promise<void> = Promise.resolve()
  const complaints: string[] = []
  const write = () => {
    if (path === null) return writing
    const lines = targets.flatMap(({ name, correlated }) => correlated.report.lines(name))
    writing = writing
      .then(() => replaceFile(path, `${lines.join('\n')}\n`))
      .catch((error: NodeJS.ErrnoException) => {
        complaints[0] = `rehearsal: cannot write ${path}: ${error.code ?? error.message}`
      })
    return writing
  }
  const timer = setInterval(write, 1_000)
  return {
    end: async () => {
      clearInterval(timer)
      await write()
      return [...complaints, ...targets.map(describe)]
    },
  }
}

function refuseLog(path: string, { code, message }: NodeJS.ErrnoException): never {
  throw new OperatorError(
    'cannot-write',
    `cannot write --correlate-log ${path}: ${code ?? message}`,
    'name a file in a folder that exists and that the user of the run may write to',
  )
}

function describe({ name, correlated }: Targets[number]): string {
  const { learned, substituted, rewrittenRequests, sentWithout } = correlated.report.counts
  if (correlated.responses() === 0) {
    return (
      `correlation at ${name}: production's responses never came; ` +
      'give the listener --input-raw-track-response, or record with it'
    )
  }
  return (
    `correlation at ${name}: ${learned} values learnt, ${substituted} put into ` +
    `${rewrittenRequests} requests, ${sentWithout} requests sent without theirs`
  )
}
