import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseIpAddress } from './capture-address.ts'
import { Assembler, codes } from './filter-assembler.ts'
import { matchEndpoints, scratch } from './filter-endpoints.ts'
import { runFilter } from './filter-machine.ts'

/** Whether the port at the packet's beginning, with the address, is one of the endpoints. */
function matches(address: string, port: number): boolean {
  const program = new Assembler()
  const words = parseIpAddress(address)!
  program.add(codes.loadImmediate, address.includes(':') ? 6 : 4)
  program.add(codes.storeScratch, scratch.version)
  for (const [index, word] of words.entries()) {
    program.add(codes.loadImmediate, word >>> 0)
    program.add(codes.storeScratch, scratch.destination + index)
  }
  program.add(codes.loadIndexImmediate, 0)
  const endpoints = [
    { address: parseIpAddress('10.0.0.1'), port: 80 },
    { address: parseIpAddress('fd00::1'), port: 80 },
    { address: null, port: 81 },
    { address: parseIpAddress('fd00::2'), port: 0 },
  ]
  matchEndpoints(program, endpoints, 0, scratch.destination)
  program.add(codes.giveBack, 0)
  return runFilter(program.finish(), Uint8Array.of(port >> 8, port & 255), 2) !== 0
}

const cases = [
  ['10.0.0.1', 80, true],
  ['10.0.0.2', 80, false],
  ['fd00::1', 80, true],
  ['fd00::3', 80, false],
  ['10.0.0.2', 81, true],
  ['fd00::2', 9, true],
  ['fd00::1', 9, false],
] as const

for (const [address, port, expected] of cases) {
  test(`${address} with port ${port} is ${expected ? 'captured' : 'left out'}`, () => {
    assert.equal(matches(address, port), expected)
  })
}
