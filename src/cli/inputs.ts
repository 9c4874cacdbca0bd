// Which kind of input each `--input-…` flag names; a kind is a file of its own.
import { OperatorError } from '../model/operator-error.ts'
import type { SampleBy } from '../shape/limit.ts'
import { planCaptureInput } from './capture-input.ts'
import { planDummyInput } from './dummy-input.ts'
import type { FlagValues } from './flags.ts'
import { planLinkInput } from './link-input.ts'
import { paceInput, readReplayDelay } from './live-pace.ts'
import { planMirrorInput } from './mirror-input.ts'
import { describePcapInput, planPcapInput } from './pcap-input.ts'
import { type PlannedInput, readMessageBytesMax } from './planned-input.ts'
import { describeRecording, type FileInputOptions, planFileInput } from './recordings.ts'
import { parseSize } from './units.ts'
import { planVxlanInput } from './vxlan-input.ts'

/** Reads all input flags; opens nothing. */
export async function planInputs(flags: FlagValues, sampleBy: SampleBy): Promise<PlannedInput[]> {
  const fileOptions = readFileInputOptions(flags, sampleBy)
  const planRaw = chooseEngine(flags, fileOptions)
  const delay = readReplayDelay(flags)
  const isPlayed = flags['input-raw-engine'] === 'pcap_file'
  const planLive = async (text: string) => paceInput(await planRaw(text), delay)
  return Promise.all([
    ...(flags['input-raw'] ?? []).map(isPlayed ? planRaw : planLive),
    ...(flags['input-tcp'] ?? []).map((text) =>
      paceInput(planLinkInput(text, flags, sampleBy), delay),
    ),
    ...(flags['input-http'] ?? []).map((text) =>
      paceInput(planMirrorInput(text, flags, sampleBy), delay),
    ),
    ...(flags['input-dummy'] ?? []).map((text) => planDummyInput(text)),
    ...(flags['input-file'] ?? []).map((text) => planFileInput(text, fileOptions)),
  ])
}

/** What `--input-file` takes from the flags, for a run and for `--input-file-dry-run`. */
function readFileInputOptions(flags: FlagValues, sampleBy: SampleBy): FileInputOptions {
  const queueBytesMax = parseSize('output-queue-size', flags['output-queue-size'] ?? '64mb')
  return { flags, sampleBy, payloadBytesMax: readMessageBytesMax(flags), queueBytesMax }
}

/** `--input-file-dry-run`: what each of the files holds, as text; without one there is an error. */
export async function describeFiles(flags: FlagValues, sampleBy: SampleBy): Promise<string> {
  const options = readFileInputOptions(flags, sampleBy)
  const isPlayed = flags['input-raw-engine'] === 'pcap_file'
  const captures = isPlayed ? (flags['input-raw'] ?? []) : []
  const parts: string[] = []
  for (const text of flags['input-file'] ?? []) parts.push(await describeRecording(text, options))
  for (const text of captures) parts.push(await describePcapInput(text, flags))
  if (parts.length > 0) return `${parts.join('\n')}\n`
  throw new OperatorError(
    'no-input',
    '--input-file-dry-run has no file to look into',
    'add --input-file FILE, or leave it out',
  )
}

type PlanRaw = (text: string) => PlannedInput | Promise<PlannedInput>

function chooseEngine(flags: FlagValues, fileOptions: FileInputOptions): PlanRaw {
  const engine = flags['input-raw-engine'] ?? 'af_packet'
  switch (engine) {
    case 'af_packet':
    // GoReplay's other ways to the same packets.
    case 'libpcap':
    case 'raw_socket':
      return (text) => planCaptureInput(text, flags, fileOptions.sampleBy)
    case 'pcap_file':
      return (text) => planPcapInput(text, flags, fileOptions)
    case 'vxlan':
      return (text) => planVxlanInput(text, flags, fileOptions.sampleBy)
    default:
      throw new OperatorError(
        'bad-engine',
        `--input-raw-engine '${engine}' is unknown`,
        'write pcap_file or vxlan, or leave it out to capture from the network',
      )
  }
}
