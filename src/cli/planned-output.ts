// What every kind of output is before it is made, and what all of them take from the flags.
import { lookup } from 'node:dns/promises'
import type { CopyOutput } from '../app/copy.ts'
import type { Ledger } from '../app/ledger.ts'
import type { OutputAccount } from '../model/ledger.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { Output } from '../model/output.ts'
import type { Endpoint } from '../model/world.ts'
import { createLimiter, type Limit, type SampleBy } from '../shape/limit.ts'
import type { FlagValues } from './flags.ts'
import type { GuardedOutput } from './loop-guard.ts'
import type { PlannedShaping } from './shaping.ts'

/** An output that is checked but not made yet. */
export interface PlannedOutput {
  readonly guarded: readonly GuardedOutput[]
  make(ledger: Ledger): CopyOutput
  /** What is to be done before the first message as the user who it runs as. */
  prepare?(): Promise<void>
}

/** What all output flags are read with. */
export interface OutputPlan {
  readonly flags: FlagValues
  readonly sampleBy: SampleBy
  readonly queueBytesMax: number
  readonly shaping: PlannedShaping
}

/** The output with its account and the limit of its flag, of a name for the ledger. */
export function route(
  name: string,
  flag: string,
  limit: Limit | null,
  plan: OutputPlan,
  create: (name: string, account: OutputAccount) => Output,
  taking: Pick<CopyOutput, 'takesReplayed' | 'prepare'> = {},
): (ledger: Ledger) => CopyOutput {
  return (ledger) => {
    const account = ledger.openOutput(name)
    const limiter = limit === null ? null : createLimiter(limit, plan.sampleBy, flag)
    return { output: create(name, account), account, limiter, ...taking }
  }
}

/** Where the output sends to, to be compared with what is captured; an unknown host is refused. */
export async function guard(
  name: string,
  endpoint: { readonly host: string; readonly port: number },
): Promise<GuardedOutput> {
  try {
    const found = await lookup(endpoint.host, { all: true })
    return { name, addresses: found.map(({ address }) => address), port: endpoint.port }
  } catch {
    throw new OperatorError(
      'unknown-host',
      `cannot find the host '${endpoint.host}' of output ${name}`,
      'check the name, or give its IP address',
    )
  }
}

/** Reads `preview:28020` or `[::1]:28020`. */
export function parseEndpoint(flag: string, text: string, secure = false): Endpoint {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(text)
  const port = Number(match?.[3])
  const host = match?.[1] ?? match?.[2]
  if (host !== undefined && port > 0 && port <= 65_535) return { host, port, secure }
  throw new OperatorError('bad-address', `--${flag} '${text}' is no address`, 'write preview:28020')
}
