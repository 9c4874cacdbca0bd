// Which kind of input each `--input-…` flag names; a kind is a file of its own.
import { OperatorError } from '../model/operator-error.ts'
import type { SampleBy } from '../shape/limit.ts'
import { planCaptureInput } from './capture-input.ts'
import { planDummyInput } from './dummy-input.ts'
import type { FlagValues } from './flags.ts'
import { planLinkInput } from './link-input.ts'
import { planPcapInput } from './pcap-input.ts'
import { type PlannedInput, readMessageBytesMax } from './planned-input.ts'
import { type FileInputOptions, planFileInput } from './recordings.ts'
import { parseSize } from './units.ts'

/** Reads all input flags; opens nothing. */
export async function planInputs(flags: FlagValues, sampleBy: SampleBy): Promise<PlannedInput[]> {
  const planRaw = chooseEngine(flags)
  const planFile = (text: string) => planFileInput(text, readFileInputOptions(flags, sampleBy))
  return Promise.all([
    ...(flags['input-raw'] ?? []).map((text) => planRaw(text, flags, sampleBy)),
    ...(flags['input-tcp'] ?? []).map((text) => planLinkInput(text, flags, sampleBy)),
    ...(flags['input-dummy'] ?? []).map((text) => planDummyInput(text)),
    ...(flags['input-file'] ?? []).map(planFile),
  ])
}

/** What `--input-file` takes from the flags, for a run and for `--input-file-dry-run`. */
export function readFileInputOptions(flags: FlagValues, sampleBy: SampleBy): FileInputOptions {
  const queueBytesMax = parseSize('output-queue-size', flags['output-queue-size'] ?? '64mb')
  return { flags, sampleBy, payloadBytesMax: readMessageBytesMax(flags), queueBytesMax }
}

type PlanRaw = (
  text: string,
  flags: FlagValues,
  sampleBy: SampleBy,
) => PlannedInput | Promise<PlannedInput>

function chooseEngine(flags: FlagValues): PlanRaw {
  const engine = flags['input-raw-engine'] ?? 'af_packet'
  if (engine === 'af_packet') return planCaptureInput
  if (engine === 'pcap_file') return planPcapInput
  throw new OperatorError(
    'bad-engine',
    `--input-raw-engine '${engine}' is unknown`,
    'write pcap_file, or leave it out to capture from the network',
  )
}
