// Which addresses and ports are services, where the operator named none: those that clients connect
// to, as the opening of a connection or a request line tells.
import { type Segment, tcpFlags } from '../model/segment.ts'

/** Learns services from segments; a client's own port, to which answers go, is none. */
export class ServiceFinder {
  readonly #services = new Set<string>()

  observe(segment: Segment): void {
    const { addresses, sourcePort, destinationPort, flags } = segment
    if ((flags & tcpFlags.syn) === 0) {
      // What a service sends may read like a request, and is none.
      const asks = beginsRequest(segment) && !this.includes(addresses, 0, sourcePort)
      if (asks) this.#learn(addresses, 4, destinationPort)
    } else if ((flags & tcpFlags.ack) === 0) this.#learn(addresses, 4, destinationPort)
    else this.#learn(addresses, 0, sourcePort)
  }

  /** Whether the address (four words from `offset`) and port are a service that was seen. */
  includes(addresses: Int32Array, offset: number, port: number): boolean {
    return this.#services.has(name(addresses, offset, port))
  }

  #learn(addresses: Int32Array, offset: number, port: number): void {
    const service = name(addresses, offset, port)
    if (this.#services.has(service)) return
    if (this.#services.size === servicesMax)
      this.#services.delete(this.#services.keys().next().value!)
    this.#services.add(service)
  }
}

/** Services that are remembered; beyond, the one found first is forgotten. */
const servicesMax = 65_536

/** Longest method that is looked for, and the space behind it. */
const methodBytesMax = 24

function name(addresses: Int32Array, offset: number, port: number): string {
  const [a, b, c, d] = addresses.subarray(offset, offset + 4)
  return `${a} ${b} ${c} ${d} ${port}`
}

/** Capital letters, a space, and what a target begins with: `/`, `*`, or a letter or digit. */
function beginsRequest({ bytes, payloadStart, payloadEnd }: Segment): boolean {
  const end = Math.min(payloadEnd, payloadStart + methodBytesMax)
  let at = payloadStart
  while (at < end && bytes[at]! >= 0x41 && bytes[at]! <= 0x5a) at++
  return at - payloadStart >= 3 && at + 1 < end && bytes[at] === 0x20 && bytes[at + 1]! > 0x20
}
