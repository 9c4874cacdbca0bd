// What several kinds of `--input-raw` read from the flags.
import { OperatorError } from '../model/operator-error.ts'
import { isZero } from './flag-values.ts'
import type { FlagValues } from './flags.ts'
import { parseCount, parseDuration, parseSize } from './units.ts'

/** `--input-raw-vlan-vid`: the VLANs that are wanted; empty: all, and what has no tag. */
export function readVlanIds(flags: FlagValues): readonly number[] {
  return (flags['input-raw-vlan-vid'] ?? []).map((text) => {
    const id = Number(text)
    if (/^\d+$/.test(text) && id <= 4094) return id
    throw new OperatorError(
      'bad-flag',
      `--input-raw-vlan-vid '${text}' is no VLAN`,
      'write a number from 0 to 4094; repeat the flag for several',
    )
  })
}

const defaultRingBytes = '32mb'

/** `--input-raw-buffer-size`: memory for packets that wait to be read. */
export function readRingBytes(flags: FlagValues): number {
  const text = flags['input-raw-buffer-size'] ?? '0'
  // GoReplay's 0 is its default.
  return parseSize('input-raw-buffer-size', isZero(text) ? defaultRingBytes : text)
}

/** `--input-raw-workers`: threads that share the packets. */
export function readWorkers(flags: FlagValues): number {
  const workers = parseCount('input-raw-workers', flags['input-raw-workers'] ?? '1')
  if (workers <= workersMax) return workers
  throw new OperatorError(
    'bad-flag',
    `--input-raw-workers ${workers} is more than the ${workersMax} that make sense`,
    'write as many as there are processor cores to spare',
  )
}

const workersMax = 64

/** Fewer wake-ups cost less, and kernel time stamps keep the timing exact all the same. */
const defaultBlockMillis = 20

/** `--input-raw-buffer-timeout`: how long packets may wait to be handed over, in milliseconds. */
export function readBlockTimeoutMillis(flags: FlagValues): number {
  const text = flags['input-raw-buffer-timeout'] ?? '0'
  // GoReplay's 0 is its default.
  if (isZero(text)) return defaultBlockMillis
  const millis = Math.ceil(parseDuration('input-raw-buffer-timeout', text) / 1_000)
  return Math.min(millis, blockMillisMax)
}

const blockMillisMax = 10_000

/** `--input-raw-timestamp-type`: of what GoReplay takes, all that the kernel stamps at once. */
export function checkTimestampType(flags: FlagValues): void {
  const type = flags['input-raw-timestamp-type'] ?? ''
  if (timestampTypes.has(type)) return
  const isOfAdapter = type.startsWith('PCAP_TSTAMP_ADAPTER')
  throw new OperatorError(
    'bad-flag',
    isOfAdapter
      ? `--input-raw-timestamp-type ${type} is not available: packets carry the kernel's time`
      : `--input-raw-timestamp-type '${type}' is unknown`,
    'leave it out, or write PCAP_TSTAMP_HOST',
  )
}

const timestampTypes: ReadonlySet<string> = new Set([
  '',
  'go',
  'PCAP_TSTAMP_HOST',
  'PCAP_TSTAMP_HOST_LOWPREC',
  'PCAP_TSTAMP_HOST_HIPREC',
])
