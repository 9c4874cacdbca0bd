// `--input-raw :80 --input-raw-engine vxlan`: requests to port 80 in traffic that is mirrored here.
import type { Ledger } from '../app/ledger.ts'
import { namesEveryPort, parseCaptureAddress } from '../capture/capture-address.ts'
import { createEndpointMatcher } from '../capture/endpoint-matcher.ts'
import { resolveCaptureAddresses } from '../capture/io/resolve-addresses.ts'
import { createNetworkFilter } from '../capture/vxlan-datagram.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { SampleBy } from '../shape/limit.ts'
import { guardEndpoint } from './capture-input.ts'
import { readCaptureSettings } from './capture-settings.ts'
import type { FlagValues } from './flags.ts'
import {
  bufferedBytesMax,
  type PlannedInput,
  readFramerLimits,
  readInputLimit,
} from './planned-input.ts'
import { readFrameExpression } from './raw-expression.ts'
import { readRingBytes, readVlanIds } from './raw-settings.ts'
import { parsePort } from './units.ts'
import { openVxlanSource } from './vxlan-source.ts'

/** Resolves the addresses; the port is opened when the input is. */
export async function planVxlanInput(
  text: string,
  flags: FlagValues,
  sampleBy: SampleBy,
): Promise<PlannedInput> {
  const { address, limiter } = readInputLimit('input-raw', text, sampleBy)
  const endpoints = await resolveCaptureAddresses(parseCaptureAddress(address))
  const options = {
    port: parsePort('input-raw-vxlan-port', flags['input-raw-vxlan-port'] ?? '4789'),
    queueBytes: readRingBytes(flags),
    isWanted: createNetworkFilter((flags['input-raw-vxlan-vni'] ?? []).map(readNetwork)),
    intake: {
      isCaptured: createEndpointMatcher(endpoints),
      findServices: namesEveryPort(endpoints),
      settings: readCaptureSettings(flags),
      limits: readFramerLimits(flags),
      vlanIds: readVlanIds(flags),
      acceptsFrame: readFrameExpression(flags),
    },
    bufferedBytesMax,
  }
  const name = `--input-raw ${text}`
  const open = async (ledger: Ledger) => {
    const account = ledger.openSource(name)
    return { name, account, limiter, ...(await openVxlanSource(options, account)) }
  }
  // The traffic is that of other hosts: a port alone says nothing of this one.
  const guarded = endpoints.filter((endpoint) => endpoint.address !== null).map(guardEndpoint)
  return { guarded, open }
}

function readNetwork(text: string): number {
  const number = Number(text)
  if (/^-?\d+$/.test(text) && Math.abs(number) < 2 ** 24) return number
  throw new OperatorError(
    'bad-flag',
    `--input-raw-vxlan-vni '${text}' is no VXLAN network`,
    'write a number below 16777216, negative to leave that network out',
  )
}
