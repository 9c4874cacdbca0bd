// Builds what the `--output-…` flags name.
import { lookup } from 'node:dns/promises'
import type { CopyOutput } from '../app/copy.ts'
import type { Ledger } from '../app/ledger.ts'
import { createNullOutput } from '../app/null-output.ts'
import { createLinkOutput } from '../link/link-sender.ts'
import type { OutputAccount } from '../model/ledger.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { Output } from '../model/output.ts'
import type { Dial } from '../model/world.ts'
import { createDial } from '../network/io/tcp-client.ts'
import { openStandardOutput } from '../record/io/standard-output.ts'
import { createStdoutOutput } from '../record/stdout-output.ts'
import { HttpOutput } from '../replay/http-output.ts'
import { parseTargetUrl } from '../replay/target-url.ts'
import { setsHost } from '../shape/http-rules.ts'
import { createLimiter, type Limit, parseLimited, type SampleBy } from '../shape/limit.ts'
import type { FlagValues } from './flags.ts'
import type { GuardedOutput } from './loop-guard.ts'
import { realWorld } from './real-world.ts'
import { planFileOutput } from './recordings.ts'
import type { PlannedShaping } from './shaping.ts'
import { parseCount, parseDuration, parseSize } from './units.ts'

/** An output that is checked but not made yet. */
export interface PlannedOutput {
  readonly guarded: readonly GuardedOutput[]
  make(ledger: Ledger): CopyOutput
}

interface OutputPlan {
  readonly flags: FlagValues
  readonly sampleBy: SampleBy
  readonly dial: Dial
  readonly queueBytesMax: number
  readonly shaping: PlannedShaping
}

/** Reads all output flags, and resolves the names of targets, so that a wrong one shows at once. */
export async function planOutputs(
  flags: FlagValues,
  sampleBy: SampleBy,
  shaping: PlannedShaping,
): Promise<PlannedOutput[]> {
  const plan: OutputPlan = {
    flags,
    sampleBy,
    dial: createDial({ skipVerify: flags['output-http-skip-verify'] ?? false }),
    queueBytesMax: parseSize('output-queue-size', flags['output-queue-size'] ?? '64mb'),
    shaping,
  }
  const http = (flags['output-http'] ?? []).map((text) => planHttp(text, plan))
  const links = (flags['output-tcp'] ?? []).map((text) => planLink(text, plan))
  const outputs = await Promise.all([...http, ...links])
  outputs.push(...(flags['output-file'] ?? []).map((text) => planFile(text, plan)))
  if (flags['output-stdout'] === true) outputs.push(planStdout(plan))
  if (flags['output-null'] === true) outputs.push(planNull())
  return outputs
}

async function planHttp(text: string, plan: OutputPlan): Promise<PlannedOutput> {
  const { flags, dial, queueBytesMax } = plan
  const { address, limit } = parseLimited(text)
  const target = parseTargetUrl(address)
  const edit = {
    host: flags['http-original-host'] === true || setsHost(flags) ? null : target.host,
    pathPrefix: target.pathPrefix,
    mark: flags['no-mark'] === true ? null : { name: 'X-Rehearsal', value: '1' },
  }
  const timeout = parseDuration('output-http-timeout', flags['output-http-timeout'] ?? '5s')
  const connectionsFlag = 'output-http-connections-max'
  const connectionsMax = parseCount(connectionsFlag, flags[connectionsFlag] ?? '4096')
  const { outcomes } = plan.shaping
  const common = {
    ...{ target, edit, world: realWorld, dial, timeout, connectionsMax, queueBytesMax },
    ...(outcomes === null ? {} : { onOutcome: outcomes.tell }),
  }
  return {
    guarded: [await guard(text, target.endpoint)],
    make: route(text, limit, plan, (name, account) => new HttpOutput({ ...common, name, account })),
  }
}

async function planLink(text: string, plan: OutputPlan): Promise<PlannedOutput> {
  const { address, limit } = parseLimited(text)
  const endpoint = parseEndpoint('output-tcp', address)
  const { dial, queueBytesMax } = plan
  return {
    guarded: [await guard(text, endpoint)],
    make: route(text, limit, plan, (name, account) =>
      createLinkOutput({ name, endpoint, dial, world: realWorld, account, queueBytesMax }),
    ),
  }
}

function planStdout(plan: OutputPlan): PlannedOutput {
  const format = plan.flags['output-stdout-format'] ?? 'readable'
  if (format !== 'readable' && format !== 'gor') {
    throw new OperatorError(
      'bad-format',
      `--output-stdout-format '${format}' is unknown`,
      'write readable or gor',
    )
  }
  const { queueBytesMax } = plan
  // A reader that went away (`| head`) ends the run, and is no fault of ours.
  const stdout = openStandardOutput(() => process.kill(process.pid, 'SIGTERM'))
  return {
    guarded: [],
    make: route(
      '--output-stdout',
      null,
      plan,
      (name, account) => createStdoutOutput({ name, ...stdout, format, account, queueBytesMax }),
      { takesReplayed: true },
    ),
  }
}

function planFile(text: string, plan: OutputPlan): PlannedOutput {
  const { address, limit } = parseLimited(text)
  const create = planFileOutput(address, plan.flags, plan.queueBytesMax)
  const make = route(`--output-file ${text}`, limit, plan, create, { takesReplayed: true })
  return { guarded: [], make }
}

function planNull(): PlannedOutput {
  return {
    guarded: [],
    make: (ledger) => {
      const account = ledger.openOutput('--output-null')
      const output = createNullOutput('--output-null', account)
      return { output, account, limiter: null, takesReplayed: true }
    },
  }
}

function route(
  name: string,
  limit: Limit | null,
  plan: OutputPlan,
  create: (name: string, account: OutputAccount) => Output,
  taking: Pick<CopyOutput, 'takesReplayed'> = {},
): (ledger: Ledger) => CopyOutput {
  return (ledger) => {
    const account = ledger.openOutput(name)
    const limiter = limit === null ? null : createLimiter(limit, plan.sampleBy)
    return { output: create(name, account), account, limiter, ...taking }
  }
}

async function guard(
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

function parseEndpoint(flag: string, text: string) {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(text)
  const port = Number(match?.[3])
  const host = match?.[1] ?? match?.[2]
  if (host !== undefined && port > 0 && port <= 65_535) return { host, port, secure: false }
  throw new OperatorError('bad-address', `--${flag} '${text}' is no address`, 'write preview:28020')
}
