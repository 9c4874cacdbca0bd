// Refuses outputs that would feed an input: what is replayed into the captured service comes back.
import { networkInterfaces } from 'node:os'
import { everyPort } from '../capture/capture-address.ts'
import { OperatorError } from '../model/operator-error.ts'

/** An address as resolved; null stands for every address of this host. */
export interface GuardedAddress {
  readonly address: string | null
  readonly port: number
}

export interface GuardedOutput {
  /** As the operator wrote it. */
  readonly name: string
  readonly addresses: readonly string[]
  readonly port: number
}

/** Throws where an output reaches an input: its very address, or any address of this host. */
export function refuseLoops(
  inputs: readonly GuardedAddress[],
  outputs: readonly GuardedOutput[],
  local: ReadonlySet<string> = localAddresses(),
): void {
  for (const output of outputs) {
    const looping = inputs.find((input) => reaches(output, input, local))
    if (looping === undefined) continue
    const where = `${looping.address ?? ''}:${looping.port}`
    throw new OperatorError(
      'loop',
      `output ${output.name} is the input address ${where}: copies would be copied again, for ever`,
      'give the address of a pre-production target, or --allow-loop if you know that it is another',
    )
  }
}

function reaches(
  output: GuardedOutput,
  input: GuardedAddress,
  local: ReadonlySet<string>,
): boolean {
  if (output.port !== input.port && input.port !== everyPort) return false
  const isLocal = (address: string) => local.has(address) || isLoopback(address)
  return output.addresses.map(plain).some((address) => {
    if (input.address !== null && address === plain(input.address)) return true
    return isLocal(address) && (input.address === null || isLocal(plain(input.address)))
  })
}

function isLoopback(address: string): boolean {
  return /^127\.|^::1$|^0\.0\.0\.0$|^::$/.test(address)
}

/** IPv4 inside IPv6 is the IPv4 address. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase()
}

function localAddresses(): ReadonlySet<string> {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return new Set(all.map(({ address }) => plain(address)))
}
