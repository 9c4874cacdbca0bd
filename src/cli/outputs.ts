// Builds what the `--output-…` flags name.
import { createNullOutput } from '../app/null-output.ts'
import { OperatorError } from '../model/operator-error.ts'
import { openStandardOutput } from '../record/io/standard-output.ts'
import { createStdoutOutput } from '../record/stdout-output.ts'
import { HttpOutput } from '../replay/http-output.ts'
import { parseTargetUrl } from '../replay/target-url.ts'
import { setsHost } from '../shape/http-rules.ts'
import { parseLimited, type SampleBy } from '../shape/limit.ts'
import type { FlagValues } from './flags.ts'
import { planLinkOutput, planWebSocketOutput } from './link-outputs.ts'
import { guard, type OutputPlan, type PlannedOutput, route } from './planned-output.ts'
import { realWorld } from './real-world.ts'
import { planFileOutput } from './recordings.ts'
import type { PlannedShaping } from './shaping.ts'
import { createTargetDial } from './target-dial.ts'
import { parseCount, parseDuration, parseSize } from './units.ts'

/** Reads all output flags, and resolves the names of targets, so that a wrong one shows at once. */
export async function planOutputs(
  flags: FlagValues,
  sampleBy: SampleBy,
  shaping: PlannedShaping,
): Promise<PlannedOutput[]> {
  const plan: OutputPlan = {
    flags,
    sampleBy,
    queueBytesMax: parseSize('output-queue-size', flags['output-queue-size'] ?? '64mb'),
    shaping,
  }
  const http = (flags['output-http'] ?? []).map((text) => planHttp(text, plan))
  const links = (flags['output-tcp'] ?? []).map((text) => planLinkOutput(text, plan))
  const webSockets = (flags['output-ws'] ?? []).map((text) => planWebSocketOutput(text, plan))
  const outputs = await Promise.all([...http, ...links, ...webSockets])
  outputs.push(...(flags['output-file'] ?? []).map((text) => planFile(text, plan)))
  if (flags['output-stdout'] === true) outputs.push(planStdout(plan))
  if (flags['output-null'] === true) outputs.push(planNull())
  return outputs
}

async function planHttp(text: string, plan: OutputPlan): Promise<PlannedOutput> {
  const { flags, queueBytesMax } = plan
  const { address, limit } = parseLimited(text)
  const dial = createTargetDial(flags)
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
