// Where the traffic of `rehearsal capacity` comes from: recordings, or production itself, which is
// recorded for a while and then watched for trouble.
import { Ledger } from '../app/ledger.ts'
import { readStatus } from '../app/load-player.ts'
import { Tally } from '../base/tally.ts'
import { ProductionHealth } from '../capacity/production-health.ts'
import type { Message, Micros } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import { mergeRecordings } from '../record/merged-recordings.ts'
import { formatDuration } from '../report/ledger-text.ts'
import type { CapacityFlags } from './capacity-flags.ts'
import { planCaptureInput } from './capture-input.ts'
import type { GuardedAddress } from './loop-guard.ts'
import { type PlannedInput, readMessageBytesMax } from './planned-input.ts'
import { giveWay, parseNiceness } from './priority.ts'
import { dropPrivileges } from './privileges.ts'
import { watchProcessor } from './processor-watch.ts'
import type { RawFlags } from './raw-flags.ts'
import { realWorld } from './real-world.ts'
import { readMergeOptions } from './recordings.ts'
import { parseDuration, parsePercent } from './units.ts'

export interface CapacitySource {
  readonly messages: readonly Message[]
  /** True where not all of it was kept, for its size. */
  readonly cut: boolean
  /** What is missing of it, by the ledger's reasons. */
  readonly lost: Losses
  /** Production's own trouble since the recording began; null while all is well. */
  trouble(): string | null
  close(): void
}

type Losses = Readonly<Record<string, number>>

export interface PlannedSource {
  readonly guarded: readonly GuardedAddress[]
  readonly isLive: boolean
  /** `ready` is awaited before anything is read or recorded, as the user who this runs as. */
  open(stop: AbortSignal, ready: () => Promise<void>): Promise<CapacitySource>
}

/** Kept of a recording; what comes later is left out, and said. */
const recordingBytesMax = 512 * 1024 * 1024
const messageOverheadBytes = 400

export interface LiveOptions {
  readonly recordFor: Micros
  readonly agentCpuMax: string
}

/** Refuses wrong ones, whether they are needed or not. */
export function readLiveOptions(flags: CapacityFlags): LiveOptions {
  const agentCpuMax = flags['agent-cpu-max'] ?? '50%'
  parsePercent('agent-cpu-max', agentCpuMax)
  parseNiceness(flags.nice)
  return { recordFor: parseDuration('record-for', flags['record-for'] ?? '60s'), agentCpuMax }
}

/** Reads `--input-file` and `--input-raw`, of which there has to be one. */
export async function planSource(flags: CapacityFlags): Promise<PlannedSource> {
  const files = flags['input-file'] ?? []
  const captures = flags['input-raw'] ?? []
  if (files.length > 0 && captures.length === 0) {
    const patterns = await Promise.all(files.map((text) => planFile(text, flags)))
    const merge = { ...patterns[0]!, recordings: patterns.flatMap(recordingsOf) }
    const open = async (_stop: AbortSignal, ready: () => Promise<void>) => {
      await ready()
      return { ...(await collect(merge)), ...quiet }
    }
    return { guarded: [], isLive: false, open }
  }
  if (captures.length === 1 && files.length === 0) {
    const input = await planCaptureInput(captures[0]!, rawOf(flags), 'connection')
    const open: PlannedSource['open'] = (stop, ready) => recordLive(input, flags, stop, ready)
    return { guarded: input.guarded, isLive: true, open }
  }
  throw new OperatorError(
    'no-input',
    'capacity takes its traffic from recordings, or from one capture',
    'give --input-file traffic.gor, or --input-raw :80',
  )
}

const quiet = { trouble: () => null, close: () => {} }

/** Some names are flags of another kind in a copy; answers tell how production fares. */
function rawOf(flags: CapacityFlags): RawFlags {
  return { ...flags, 'input-raw-track-response': true }
}

type Merge = Awaited<ReturnType<typeof readMergeOptions>>

function recordingsOf({ recordings }: Merge): Merge['recordings'] {
  return recordings
}

async function planFile(text: string, flags: CapacityFlags): Promise<Merge> {
  return await readMergeOptions(text, { flags, payloadBytesMax: readMessageBytesMax(rawOf(flags)) })
}

async function collect(merge: Merge): Promise<Pick<CapacitySource, 'messages' | 'cut' | 'lost'>> {
  const ledger = new Ledger()
  const account = ledger.openSource('--input-file')
  const messages: Message[] = []
  let bytes = 0
  for await (const batch of mergeRecordings({ ...merge, account })) {
    for (const message of batch) {
      bytes += message.payload.length + messageOverheadBytes
      if (bytes > recordingBytesMax) return { messages, cut: true, lost: allLosses(ledger) }
      messages.push(message)
    }
  }
  return { messages, cut: false, lost: allLosses(ledger) }
}

/** The capture goes on to the end of the run, though nothing more is kept, to see how it fares. */
async function recordLive(
  input: PlannedInput,
  flags: CapacityFlags,
  stop: AbortSignal,
  ready: () => Promise<void>,
): Promise<CapacitySource> {
  const { recordFor: duration, agentCpuMax } = readLiveOptions(flags)
  giveWay(parseNiceness(flags.nice))
  const ledger = new Ledger()
  const capture = await input.open(ledger, [])
  dropPrivileges({ user: flags.user ?? null, keepRoot: flags['keep-root'] ?? false })
  await readyOrStopped(ready, capture)
  const kept: Message[] = []
  const state = { bytes: 0, keeps: true, cut: false }
  const health = new ProductionHealth()
  const reading = (async () => {
    for await (const batch of capture.messages) {
      health.observe(batch, readStatus)
      if (!state.keeps) continue
      for (const message of batch) state.bytes += message.payload.length + messageOverheadBytes
      if (state.bytes <= recordingBytesMax) kept.push(...batch)
      else state.cut = true
    }
  })()
  reading.catch(() => {})
  process.stderr.write(`recording normal traffic for ${formatDuration(duration)} (--record-for)\n`)
  await waitUntilOver(duration / 1_000, stop)
  state.keeps = false
  health.settle(realWorld.now())
  const lost = allLosses(ledger)
  const before = lossesOf(ledger)
  const processor = watchProcessor(agentCpuMax)
  const trouble = () => {
    const since = lossesOf(ledger) - before
    if (since > 0) return `the capture lost ${since} packets or messages of production`
    return processor.trouble() ?? health.trouble(realWorld.now())
  }
  return { messages: kept, cut: state.cut, lost, trouble, close: () => capture.stop() }
}

/** Whoever cannot go on leaves no capture behind. */
async function readyOrStopped(
  ready: () => Promise<void>,
  capture: Awaited<ReturnType<PlannedInput['open']>>,
): Promise<void> {
  try {
    await ready()
  } catch (error) {
    capture.stop()
    throw error
  }
}

/** So far, by reason. */
function allLosses(ledger: Ledger): Losses {
  const lost = new Tally()
  for (const { dropped } of ledger.snapshot(0).sources)
    lost.addAll(new Map(Object.entries(dropped)))
  return Object.fromEntries(lost.counts())
}

/** What is lost because the capture did not keep up, and not because it was no HTTP. */
const lossReasons = ['kernel-packet', 'gap', 'memory', 'thread-queue'] as const

function lossesOf(ledger: Ledger): number {
  const lost = allLosses(ledger)
  return lossReasons.reduce((sum, reason) => sum + (lost[reason] ?? 0), 0)
}

async function waitUntilOver(millis: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, millis)
    stop.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
