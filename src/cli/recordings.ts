// Builds what `--output-file` and `--input-file` name.
import { randomInt } from 'node:crypto'
import type { CopyInput, CopyOutput } from '../app/copy.ts'
import { createFileSource, type FilePace } from '../app/file-source.ts'
import type { Ledger } from '../app/ledger.ts'
import { Tally } from '../base/tally.ts'
import type { OutputAccount, SourceAccount } from '../model/ledger.ts'
import type { Message, Source } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { Output } from '../model/output.ts'
import { FileOutput } from '../record/file-output.ts'
import { chooseCompression } from '../record/io/compression.ts'
import { findRecordings } from '../record/io/recording-reader.ts'
import { createRecordingFiles } from '../record/io/recording-writer.ts'
import { type MergeOptions, mergeRecordings } from '../record/merged-recordings.ts'
import { formatRecordingSummary, summariseRecording } from '../record/recording-summary.ts'
import { Schedule } from '../record/schedule.ts'
import { createLimiter, type Limit, parseLimited, type SampleBy } from '../shape/limit.ts'
import { isZero } from './flag-values.ts'
import { realWorld } from './real-world.ts'
import type { RecordingFlags } from './recording-flags.ts'
import { parseCount, parseCountOrZero, parseDuration, parseSize } from './units.ts'

/** Reads the flags of a recording that is written; it begins with the first message. */
export function planFileOutput(
  pattern: string,
  flags: RecordingFlags,
  queueBytesMax: number,
): (name: string, account: OutputAccount) => Output {
  refuseS3(`--output-file ${pattern}`, pattern)
  // Refused before the run where this Node cannot compress so.
  chooseCompression(pattern)
  const append = flags['output-file-append'] ?? false
  const size = (flag: 'output-file-size-limit' | 'output-file-max-size-limit', text: string) =>
    parseSize(flag, flags[flag] ?? text)
  const records = flags['output-file-queue-limit'] ?? '0'
  const recordsMax = parseCountOrZero('output-file-queue-limit', records)
  const unlimited = Number.POSITIVE_INFINITY
  const options = {
    pattern,
    instance: Array.from({ length: 8 }, () => String.fromCharCode(randomInt(97, 123))).join(''),
    chunkBytesMax: append ? unlimited : size('output-file-size-limit', '32mb'),
    chunkRecordsMax: append || recordsMax === 0 ? unlimited : recordsMax,
    totalBytesMax: size('output-file-max-size-limit', '1tb'),
    flushInterval: parseDuration(
      'output-file-flush-interval',
      flags['output-file-flush-interval'] ?? '1s',
    ),
    queueBytesMax,
    now: realWorld.now,
    onError: (error: Error) =>
      void process.stderr.write(`rehearsal: cannot record to ${pattern}: ${error.message}\n`),
  }
  return (name, account) =>
    new FileOutput({ ...options, name, account, files: createRecordingFiles({ append }) })
}

export interface FileInputOptions {
  readonly flags: RecordingFlags
  readonly sampleBy: SampleBy
  readonly payloadBytesMax: number
  /** Of each output; what is sent as soon as possible leaves room in it. */
  readonly queueBytesMax: number
}

/** As other inputs that are planned; nothing is captured, so there is nothing to guard. */
export interface PlannedFileInput {
  readonly guarded: readonly never[]
  open(ledger: Ledger, outputs: readonly CopyOutput[]): Promise<CopyInput>
}

/** Finds the recordings; they are opened when they are read. */
export async function planFileInput(
  text: string,
  options: FileInputOptions,
): Promise<PlannedFileInput> {
  const { flags, sampleBy } = options
  const { address, limit } = parseLimited(text)
  const pace = planPace(limit, options)
  const merge = await readMergeOptions(address, options)
  const name = `--input-file ${text}`
  const open = async (ledger: Ledger, outputs: readonly CopyOutput[]): Promise<CopyInput> => {
    const account = ledger.openSource(name)
    const stopped = new AbortController()
    const messages = createFileSource({
      world: realWorld,
      read: () => mergeRecordings({ ...merge, account }),
      repeat: flags['input-file-loop'] ?? false,
      stopped: stopped.signal,
      pace: pace(ledger, outputs),
    })
    const limiter = limit?.kind === 'rate' ? createLimiter(limit, sampleBy, 'input-file') : null
    return { name, account, limiter, messages, stop: () => stopped.abort() }
  }
  return { guarded: [], open }
}

/** `--input-file-dry-run`: what the recordings hold, as text. */
export async function describeRecording(text: string, options: FileInputOptions): Promise<string> {
  const { address, limit } = parseLimited(text)
  const merge = await readMergeOptions(address, options)
  const read = (account: DropAccount) => mergeRecordings({ ...merge, account })
  return await describeMessages({ text, limit, flags: options.flags, read })
}

type DropAccount = Pick<SourceAccount, 'dropped'>

interface DescribedMessages {
  readonly text: string
  readonly limit: Limit | null
  readonly flags: RecordingFlags
  readonly read: (account: DropAccount) => Source<Message>
}

/** What is read, and what of it could not be, as text. */
export async function describeMessages(described: DescribedMessages): Promise<string> {
  const { text, limit, flags, read } = described
  const schedule = new Schedule({ startsAt: 0, ...readTiming(limit, flags) })
  const leftOut = new Tally()
  const account: DropAccount = { dropped: (reason, count) => leftOut.add(reason, count) }
  const summary = await summariseRecording(read(account), schedule)
  return formatRecordingSummary(text, summary, leftOut.counts())
}

const defaultDepth = '100'

/** The recordings that `pattern` names, and how they are merged. */
export async function readMergeOptions(
  pattern: string,
  { flags, payloadBytesMax }: Pick<FileInputOptions, 'flags' | 'payloadBytesMax'>,
): Promise<Omit<MergeOptions, 'account'>> {
  refuseS3(`--input-file ${pattern}`, pattern)
  const depth = parseCount('input-file-read-depth', flags['input-file-read-depth'] ?? defaultDepth)
  return { recordings: await findRecordings(pattern), payloadBytesMax, depth }
}

/** How what is read from files is played: as the flags say, and the address's own limit. */
export function planPace(
  limit: Limit | null,
  { flags, queueBytesMax }: Pick<FileInputOptions, 'flags' | 'queueBytesMax'>,
): (ledger: Ledger, outputs: readonly CopyOutput[]) => FilePace {
  const recorded: FilePace = { kind: 'recorded', ...readTiming(limit, flags) }
  if (readPace(flags) === 'recorded') return () => recorded
  return (ledger, outputs) => {
    return { kind: 'asap', ready: createGate(ledger, outputs, queueBytesMax) }
  }
}

/** A percentage of a recording is its speed, and no share. */
function readTiming(limit: Limit | null, flags: RecordingFlags) {
  const wait = flags['input-file-max-wait']
  return {
    speed: limit?.kind === 'percent' ? limit.percent / 100 : 1,
    waitMax: wait === undefined || isZero(wait) ? null : parseDuration('input-file-max-wait', wait),
  }
}

/** `--replay-pace`. */
export function readPace(flags: RecordingFlags): 'recorded' | 'asap' {
  return flags['replay-pace'] === 'asap' ? 'asap' : 'recorded'
}

/** Messages that may wait at one output: few, so that none waits for its time-out. */
const waitingMax = 512

/** Whether every output has room for one batch more, were all messages as long as the longest. */
function createGate(ledger: Ledger, outputs: readonly CopyOutput[], queueBytesMax: number) {
  let longest = 1
  return (batch: readonly Message[]): boolean => {
    for (const { payload } of batch) longest = Math.max(longest, payload.length)
    if (outputs.every(({ output }) => output.idle())) return true
    const waiting = ledger.pending() + batch.length
    return waiting <= Math.min(waitingMax, queueBytesMax / 2 / longest)
  }
}

function refuseS3(what: string, path: string): void {
  if (!/^s3:/i.test(path)) return
  throw new OperatorError(
    'unsupported-address',
    `${what}: S3 comes in a later release`,
    'until then record to files, and copy them with aws s3 cp or rclone',
  )
}
