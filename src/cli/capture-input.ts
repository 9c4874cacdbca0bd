// `--input-raw :80`: packets of this host's network interfaces.
import type { Ledger } from '../app/ledger.ts'
import {
  type CaptureEndpoint,
  formatIpAddress,
  parseCaptureAddress,
} from '../capture/capture-address.ts'
import { listInterfaces } from '../capture/io/interfaces.ts'
import { resolveCaptureAddresses } from '../capture/io/resolve-addresses.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { SampleBy } from '../shape/limit.ts'
import { openCaptureSource } from './capture-source.ts'
import type { FlagValues } from './flags.ts'
import type { GuardedAddress } from './loop-guard.ts'
import {
  bufferedBytesMax,
  type PlannedInput,
  readFramerLimits,
  readInputLimit,
} from './planned-input.ts'
import { readRingBytes } from './raw-settings.ts'

const blockBytes = 256 * 1024

/** Fewer wake-ups cost less, and kernel time stamps keep the timing exact all the same. */
const blockTimeoutMillis = 10

/** Resolves the addresses and interfaces. */
export async function planCaptureInput(
  text: string,
  flags: FlagValues,
  sampleBy: SampleBy,
): Promise<PlannedInput> {
  const { address, limiter } = readInputLimit(text, sampleBy)
  const endpoints = await resolveCaptureAddresses(parseCaptureAddress(address))
  const interfaces = chooseInterfaces(flags['input-raw-interface'] ?? [])
  const ringBytes = readRingBytes(flags)
  const loopback = listInterfaces().find((known) => known.isLoopback)
  const options = {
    endpoints,
    filter: {
      endpoints,
      interfaceIndexes: interfaces.length > 1 ? interfaces : [],
      loopbackIndex: loopback?.index ?? null,
      incomingOnly: interfaces.length === 0,
      responses: false,
    },
    ring: {
      interfaceIndex: interfaces.length === 1 ? interfaces[0]! : 0,
      blockBytes,
      blockCount: Math.max(2, Math.round(ringBytes / blockBytes)),
      blockTimeoutMillis,
    },
    ...readFramerLimits(flags),
    bufferedBytesMax,
  }
  const name = `--input-raw ${text}`
  const open = async (ledger: Ledger) => {
    const account = ledger.openSource(name)
    return { name, account, limiter, ...(await openCaptureSource(options, account)) }
  }
  return { guarded: endpoints.map(guardEndpoint), open }
}

/** What an output must not be, so that copies are not copied again. */
export function guardEndpoint({ address, port }: CaptureEndpoint): GuardedAddress {
  return { address: address === null ? null : formatIpAddress(address, 0), port }
}

function chooseInterfaces(names: readonly string[]): number[] {
  const known = listInterfaces()
  return names.map((name) => {
    const found = known.find((candidate) => candidate.name === name)
    if (found !== undefined) return found.index
    throw new OperatorError(
      'unknown-interface',
      `there is no network interface '${name}'`,
      `this host has ${known.map((candidate) => candidate.name).join(', ')}`,
    )
  })
}
