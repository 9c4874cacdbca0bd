// `--input-raw :80`: packets of this host's network interfaces.
import type { Ledger } from '../app/ledger.ts'
import {
  type CaptureAddress,
  type CaptureEndpoint,
  formatIpAddress,
  namesEveryPort,
  parseCaptureAddress,
} from '../capture/capture-address.ts'
import { listInterfaces, type NetworkInterface } from '../capture/io/interfaces.ts'
import { resolveCaptureAddresses } from '../capture/io/resolve-addresses.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { SampleBy } from '../shape/limit.ts'
import { readCaptureSettings } from './capture-settings.ts'
import { type CaptureSourceOptions, openCaptureSource } from './capture-source.ts'
import type { CaptureStatistics } from './capture-thread-protocol.ts'
import type { FlagValues } from './flags.ts'
import type { GuardedAddress } from './loop-guard.ts'
import {
  bufferedBytesMax,
  type PlannedInput,
  readFramerLimits,
  readInputLimit,
} from './planned-input.ts'
import { readPacketExpression } from './raw-expression.ts'
import {
  checkTimestampType,
  readBlockTimeoutMillis,
  readRingBytes,
  readVlanIds,
  readWorkers,
} from './raw-settings.ts'

const blockBytes = 256 * 1024
const blocksMin = 2

/** Resolves the addresses and interfaces. */
export async function planCaptureInput(
  text: string,
  flags: FlagValues,
  sampleBy: SampleBy,
): Promise<PlannedInput> {
  const { address, limiter } = readInputLimit('input-raw', text, sampleBy)
  refuseFile(address)
  const options = await readOptions(address, flags)
  const { endpoints } = options
  const name = `--input-raw ${text}`
  const onStatistics =
    flags['input-raw-stats'] === true ? createReport(name, options.workers) : null
  const open = async (ledger: Ledger) => {
    const account = ledger.openSource(name)
    const source = await openCaptureSource({ ...options, onStatistics }, account)
    return { name, account, limiter, ...source }
  }
  return { guarded: endpoints.map(guardEndpoint), open }
}

function refuseFile(address: string): void {
  if (!/\.pcap(?:ng)?(?:\.gz)?(?::[\d,]*)?$/i.test(address)) return
  throw new OperatorError(
    'bad-capture-address',
    `--input-raw '${address}' names a capture file`,
    'to play it, add --input-raw-engine pcap_file',
  )
}

/** What an output must not be, so that copies are not copied again. */
export function guardEndpoint({ address, port }: CaptureEndpoint): GuardedAddress {
  return { address: address === null ? null : formatIpAddress(address, 0), port }
}

async function readOptions(
  address: string,
  flags: FlagValues,
): Promise<Omit<CaptureSourceOptions, 'onStatistics'>> {
  checkTimestampType(flags)
  const known = listInterfaces()
  const { addresses, named } = splitInterfaces(parseCaptureAddress(address), known)
  const interfaces = [...named, ...chooseInterfaces(flags['input-raw-interface'] ?? [], known)]
  const indexes = [...new Set(interfaces.map(({ index }) => index))]
  const endpoints = await resolveCaptureAddresses(addresses)
  const settings = readCaptureSettings(flags)
  const workers = readWorkers(flags)
  const promiscuous = flags['input-raw-promisc'] === true
  const watched = indexes.length === 0 ? known.filter(({ isLoopback }) => !isLoopback) : interfaces
  const ignored = chooseInterfaces(flags['input-raw-ignore-interface'] ?? [], known)
  return {
    endpoints,
    findServices: namesEveryPort(endpoints),
    workers,
    filter: {
      endpoints,
      interfaceIndexes: indexes.length > 1 ? indexes : [],
      ignoredIndexes: ignored.map(({ index }) => index),
      loopbackIndex: known.find(({ isLoopback }) => isLoopback)?.index ?? null,
      // What is mirrored here comes in, whichever way it went.
      incomingOnly: indexes.length === 0 && !promiscuous,
      responses: settings.responses,
      vlanIds: readVlanIds(flags),
      tunnels: flags['input-raw-tunnels'] === true,
      expression: readPacketExpression(flags),
    },
    ring: {
      interfaceIndex: indexes.length === 1 ? indexes[0]! : 0,
      blockBytes,
      blockCount: Math.max(blocksMin, Math.round(readRingBytes(flags) / workers / blockBytes)),
      blockTimeoutMillis: readBlockTimeoutMillis(flags),
      promiscuousIndexes: promiscuous ? watched.map(({ index }) => index) : [],
    },
    ...readFramerLimits(flags),
    settings,
    bufferedBytesMax: Math.floor(bufferedBytesMax / workers),
  }
}

/** `eth0:80` and `eth*:80` name interfaces, and then every address. */
function splitInterfaces(
  addresses: readonly CaptureAddress[],
  known: readonly NetworkInterface[],
): { readonly addresses: readonly CaptureAddress[]; readonly named: readonly NetworkInterface[] } {
  const named: NetworkInterface[] = []
  const plain = addresses.map((address) => {
    const { host, port } = address
    const found = host === null ? [] : known.filter(({ name }) => matchesName(name, host))
    if (found.length === 0) {
      if (host?.endsWith('*') === true) throw unknownInterface(host, known)
      return address
    }
    named.push(...found)
    return { host: null, port }
  })
  return { addresses: plain, named }
}

function matchesName(name: string, host: string): boolean {
  return host.endsWith('*') ? name.startsWith(host.slice(0, -1)) : name === host
}

function chooseInterfaces(
  names: readonly string[],
  known: readonly NetworkInterface[],
): readonly NetworkInterface[] {
  return names.map((name) => {
    const found = known.find((candidate) => candidate.name === name)
    if (found !== undefined) return found
    throw unknownInterface(name, known)
  })
}

function unknownInterface(name: string, known: readonly NetworkInterface[]): OperatorError {
  return new OperatorError(
    'unknown-interface',
    `there is no network interface '${name}'`,
    `this host has ${known.map((candidate) => candidate.name).join(', ')}`,
  )
}

/** `--input-raw-stats`: a line a second for each thread. */
function createReport(name: string, workers: number) {
  return (thread: number, statistics: CaptureStatistics) => {
    const { packets, dropped, messages, bufferedBytes } = statistics
    const who = workers === 1 ? name : `${name}, thread ${thread}`
    const buffered = Math.ceil(bufferedBytes / 1024)
    process.stderr.write(
      `${who}: ${packets} packets/s (${dropped} dropped), ${messages} messages/s, ` +
        `${buffered} KiB in unfinished messages\n`,
    )
  }
}
