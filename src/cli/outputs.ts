// Builds what the `--output-…` flags name.
import { createNullOutput } from '../app/null-output.ts'
import type { Message } from '../model/message.ts'
import { prepareRecordingFolder } from '../record/io/recording-writer.ts'
import { openStandardOutput } from '../record/io/standard-output.ts'
import { createStdoutOutput } from '../record/stdout-output.ts'
import { parseLimited, type SampleBy } from '../shape/limit.ts'
import type { FlagValues } from './flags.ts'
import { planLinkOutput, planWebSocketOutput } from './link-outputs.ts'
import { type OutputPlan, type PlannedOutput, route } from './planned-output.ts'
import { readPrettify } from './prettify.ts'
import { planFileOutput } from './recordings.ts'
import type { PlannedShaping } from './shaping.ts'
import { planBaselines, planBinaryOutput, planHttpOutput } from './target-outputs.ts'
import { parseSize } from './units.ts'

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
  const http = (flags['output-http'] ?? []).map((text) => planHttpOutput(text, plan))
  const binary = (flags['output-binary'] ?? []).map((text) => planBinaryOutput(text, plan))
  const links = (flags['output-tcp'] ?? []).map((text) => planLinkOutput(text, plan))
  const webSockets = (flags['output-ws'] ?? []).map((text) => planWebSocketOutput(text, plan))
  const outputs = await Promise.all([...http, ...binary, ...links, ...webSockets])
  outputs.push(...(await planBaselines(plan)))
  outputs.push(...(flags['output-file'] ?? []).map((text) => planFile(text, plan)))
  if (flags['output-stdout'] === true) outputs.push(planStdout(plan))
  if (flags['output-null'] === true) outputs.push(planNull())
  return outputs
}

function planStdout(plan: OutputPlan): PlannedOutput {
  const format = plan.flags['output-stdout-format'] === 'gor' ? 'gor' : 'readable'
  const { queueBytesMax } = plan
  // A reader that went away (`| head`) ends the run, and is no fault of ours.
  const stdout = openStandardOutput(() => process.kill(process.pid, 'SIGTERM'))
  return {
    guarded: [],
    make: route(
      '--output-stdout',
      'output-stdout',
      null,
      plan,
      (name, account) => createStdoutOutput({ name, ...stdout, format, account, queueBytesMax }),
      { takesReplayed: true, prepare: readForReaders(plan) },
    ),
  }
}

function planFile(text: string, plan: OutputPlan): PlannedOutput {
  const { address, limit } = parseLimited(text)
  const taking = { takesReplayed: true, prepare: readForReaders(plan) }
  const create = planFileOutput(address, plan.flags, plan.queueBytesMax)
  const append = plan.flags['output-file-append'] ?? false
  const prepare = () => prepareRecordingFolder(address, { append })
  const make = route(`--output-file ${text}`, 'output-file', limit, plan, create, taking)
  return { guarded: [], make, prepare }
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

/** What is stored or shown: plain where that is asked for, and redacted. */
function readForReaders({ flags, shaping }: OutputPlan) {
  const prettify = readPrettify(flags)
  const redact = shaping.redaction.stored
  if (prettify === null || redact === null) return prettify ?? redact
  return (message: Message) => redact(prettify(message))
}
