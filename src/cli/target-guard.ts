// A load goes to loopback and private addresses, and elsewhere only where the operator says so.
import { BlockList, isIPv6 } from 'node:net'
import { OperatorError } from '../model/operator-error.ts'
import { parseTargetUrl } from '../replay/target-url.ts'
import type { GuardedOutput } from './loop-guard.ts'

/** RFC 1918, 4193, 3927, 4291 and 6598. */
const own = new BlockList()
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  own.addSubnet(network, prefix, 'ipv4')
}
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  own.addSubnet(network, prefix, 'ipv6')
}

/** Throws where the target has an address of the public network and is not among the allowed. */
export function refusePublicTarget(target: GuardedOutput, allowed: readonly string[]): void {
  const { host } = parseTargetUrl(target.name).endpoint
  if (allowed.includes(host)) return
  const foreign = target.addresses.find(
    (address) => !own.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'),
  )
  if (foreign === undefined) return
  const isSame = foreign === host ? '' : ` (${foreign})`
  throw new OperatorError(
    'public-target',
    `${host}${isSame} is no address of a private network: a load there may harm others`,
    `if it is yours, and not production, add --allow-target ${host}`,
  )
}
