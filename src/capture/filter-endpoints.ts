// The part of the kernel's filter that compares ports and addresses.
import { type CaptureEndpoint, everyPort } from './capture-address.ts'
import { type Assembler, codes, createLabel } from './filter-assembler.ts'

/** What a packet that is accepted may hold at most. */
export const acceptedBytesMax = 0x40000

/** Words of scratch memory, by what they hold when `matchEndpoints` runs. */
export const scratch = {
  packetEnd: 0,
  tcp: 1,
  version: 2,
  port: 3,
  source: 4,
  destination: 8,
} as const

/** Accepts the packet where its port and address are captured, and else goes on. */
export function matchEndpoints(
  program: Assembler,
  endpoints: readonly CaptureEndpoint[],
  portOffset: number,
  addressAt: number,
): void {
  program.add(codes.loadHalfAtIndex, portOffset)
  // From scratch memory a value is had for a tenth of the kernel's instructions.
  program.add(codes.storeScratch, scratch.port)
  for (const [port, ofPort] of Map.groupBy(endpoints, (endpoint) => endpoint.port)) {
    if (port === everyPort) {
      matchEveryPort(program, ofPort, addressAt)
      continue
    }
    program.add(codes.loadScratch, scratch.port)
    if (ofPort.some(({ address }) => address === null)) {
      program.when(codes.jumpIfEqual, port)
      program.add(codes.giveBack, acceptedBytesMax)
      continue
    }
    const next = createLabel()
    program.gotoUnless(codes.jumpIfEqual, port, next)
    const addresses = ofPort.flatMap(({ address }) => address ?? [])
    matchAddresses(program, addresses, addressAt)
    program.place(next)
  }
}

function matchEveryPort(
  program: Assembler,
  endpoints: readonly CaptureEndpoint[],
  addressAt: number,
): void {
  if (endpoints.some(({ address }) => address === null)) {
    program.add(codes.giveBack, acceptedBytesMax)
  } else
    matchAddresses(
      program,
      endpoints.flatMap(({ address }) => address ?? []),
      addressAt,
    )
}

function matchAddresses(program: Assembler, addresses: readonly Int32Array[], at: number): void {
  const { ipv4 = [], ipv6 = [] } = Object.groupBy(addresses, familyOf)
  const otherFamily = createLabel()
  if (ipv4.length > 0) {
    program.add(codes.loadScratch, scratch.version)
    program.gotoUnless(codes.jumpIfEqual, 4, otherFamily)
    program.add(codes.loadScratch, at + 3)
    for (const address of ipv4) {
      program.when(codes.jumpIfEqual, address[3]! >>> 0)
      program.add(codes.giveBack, acceptedBytesMax)
    }
  }
  program.place(otherFamily)
  if (ipv6.length === 0) return
  const end = createLabel()
  program.add(codes.loadScratch, scratch.version)
  program.gotoUnless(codes.jumpIfEqual, 6, end)
  for (const address of ipv6) {
    const next = createLabel()
    for (let word = 0; word < 4; word++) {
      program.add(codes.loadScratch, at + word)
      program.gotoUnless(codes.jumpIfEqual, address[word]! >>> 0, next)
    }
    program.add(codes.giveBack, acceptedBytesMax)
    program.place(next)
  }
  program.place(end)
}

function familyOf(address: Int32Array): 'ipv4' | 'ipv6' {
  return address[0] === 0 && address[1] === 0 && address[2] === 0xffff ? 'ipv4' : 'ipv6'
}
