// What a VXLAN datagram holds (RFC 7348, section 5), and which of the networks in it are wanted.

export const vxlanHeaderBytes = 8

/** The number of the network that the frame behind the header is of; null where it is no VXLAN. */
export function readVxlanNetwork(datagram: Uint8Array): number | null {
  if (datagram.length <= vxlanHeaderBytes || (datagram[0]! & 8) === 0) return null
  return (datagram[4]! << 16) | (datagram[5]! << 8) | datagram[6]!
}

/** As GoReplay reads `--input-raw-vxlan-vni`: a negative number leaves that network out. */
export function createNetworkFilter(numbers: readonly number[]): (network: number) => boolean {
  const wanted = new Set(numbers.filter((number) => !isNegative(number)))
  const unwanted = new Set(numbers.filter(isNegative).map((number) => -number))
  return (network) => !unwanted.has(network) && (wanted.size === 0 || wanted.has(network))
}

/** -0 is what leaves network 0 out. */
function isNegative(number: number): boolean {
  return number < 0 || Object.is(number, -0)
}
