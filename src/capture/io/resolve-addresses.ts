// From the hosts that the operator named to the addresses in packets.
import { lookup } from 'node:dns/promises'
import { OperatorError } from '../../model/operator-error.ts'
import { type CaptureAddress, type CaptureEndpoint, parseIpAddress } from '../capture-address.ts'

/** Every address of every host; throws `OperatorError` for a host that is not known. */
export async function resolveCaptureAddresses(
  addresses: readonly CaptureAddress[],
): Promise<CaptureEndpoint[]> {
  return (await Promise.all(addresses.map(resolve))).flat()
}

async function resolve({ host, port }: CaptureAddress): Promise<CaptureEndpoint[]> {
  if (host === null) return [{ address: null, port }]
  const address = parseIpAddress(host)
  if (address !== null) return [{ address, port }]
  const found = await lookup(host, { all: true }).catch(() => [])
  const known = found.flatMap(({ address }) => parseIpAddress(address) ?? [])
  if (known.length > 0) return known.map((address) => ({ address, port }))
  throw new OperatorError(
    'unknown-host',
    `--input-raw names '${host}', which has no address`,
    `write its IP address, or :${port} for every address of this host`,
  )
}
