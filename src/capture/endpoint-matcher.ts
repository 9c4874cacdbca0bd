// Whether an address and port belong to the captured service; asked for every packet.
import { type CaptureEndpoint, everyPort } from './capture-address.ts'

/** Says whether the four words of `addresses` from `offset` on, with `port`, are captured. */
export type EndpointMatcher = (addresses: Int32Array, offset: number, port: number) => boolean

/** Compiles the set of endpoints into a matcher that allocates nothing. */
export function createEndpointMatcher(endpoints: readonly CaptureEndpoint[]): EndpointMatcher {
  const [ofEveryPort, ofPorts] = partition(endpoints)
  const byPort = createPortMatcher(ofPorts)
  if (ofEveryPort.length === 0) return byPort
  if (ofEveryPort.some(({ address }) => address === null)) return () => true
  const words = ofEveryPort.flatMap(({ address }) => [...(address ?? [])])
  return (addresses, offset, port) =>
    includesAddress(words, addresses, offset) || byPort(addresses, offset, port)
}

function partition(endpoints: readonly CaptureEndpoint[]) {
  const ofPorts = endpoints.filter(({ port }) => port !== everyPort)
  return [endpoints.filter(({ port }) => port === everyPort), ofPorts] as const
}

function createPortMatcher(endpoints: readonly CaptureEndpoint[]): EndpointMatcher {
  const scopes = new Uint8Array(65_536)
  const wordsByPort = new Map<number, number[]>()
  for (const { address, port } of endpoints) {
    if (address === null) {
      scopes[port] = everyAddress
      continue
    }
    if (scopes[port] === notCaptured) scopes[port] = someAddresses
    const words = wordsByPort.get(port) ?? []
    words.push(...address)
    wordsByPort.set(port, words)
  }
  return (addresses, offset, port) => {
    const scope = scopes[port]
    if (scope !== someAddresses) return scope === everyAddress
    return includesAddress(wordsByPort.get(port)!, addresses, offset)
  }
}

const notCaptured = 0
const someAddresses = 1
const everyAddress = 2

function includesAddress(words: readonly number[], addresses: Int32Array, offset: number): boolean {
  for (let index = 0; index < words.length; index += 4) {
    if (
      // The last word first: it is the one in which the addresses of a network differ.
      words[index + 3] === addresses[offset + 3] &&
      words[index + 2] === addresses[offset + 2] &&
      words[index + 1] === addresses[offset + 1] &&
      words[index] === addresses[offset]
    ) {
      return true
    }
  }
  return false
}
