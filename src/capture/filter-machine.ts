// Runs classic BPF programs as the kernel does (networking/filter.rst in its documentation): what
// an operator's filter expression takes of the frames of a file. Any program ends: jumps only go
// forward.
import type { FilterInstruction } from './filter-assembler.ts'

/** Facts about a packet that are not in it, by the offset that programs load them from. */
export type FilterFacts = ReadonlyMap<number, number>

/**
 * What the program gives back for the packet: bytes to keep of it, 0 for none. A load beyond the
 * packet's end, a division by zero and an unknown instruction end it with 0, as in the kernel.
 */
export function runFilter(
  program: readonly FilterInstruction[],
  packet: Uint8Array,
  wireLength: number,
  facts: FilterFacts = noFacts,
): number {
  const scratch = new Uint32Array(16)
  let accumulator = 0
  let index = 0
  for (let at = 0; at < program.length; at++) {
    const { code, ifTrue, ifFalse, operand } = program[at]!
    switch (code & 0x07) {
      case classes.load:
      case classes.loadIndex: {
        const loaded = load(code, operand, index, packet, wireLength, scratch, facts)
        if (loaded === null) return 0
        if ((code & 0x07) === classes.load) accumulator = loaded
        else index = loaded
        break
      }
      case classes.store:
        scratch[operand & 15] = accumulator
        break
      case classes.storeIndex:
        scratch[operand & 15] = index
        break
      case classes.compute: {
        const result = compute(code & 0xf0, accumulator, (code & 0x08) === 0 ? operand : index)
        if (result === null) return 0
        accumulator = result >>> 0
        break
      }
      case classes.jump:
        if ((code & 0xf0) === 0) at += operand
        else at += test(code, accumulator, (code & 0x08) === 0 ? operand : index) ? ifTrue : ifFalse
        break
      case classes.giveBack:
        return (code & 0x10) === 0 ? operand : accumulator
      default:
        if ((code & 0x80) === 0) index = accumulator
        else accumulator = index
    }
  }
  return 0
}

const noFacts: FilterFacts = new Map()

const classes = {
  load: 0,
  loadIndex: 1,
  store: 2,
  storeIndex: 3,
  compute: 4,
  jump: 5,
  giveBack: 6,
} as const

const modes = {
  immediate: 0x00,
  absolute: 0x20,
  atIndex: 0x40,
  scratch: 0x60,
  length: 0x80,
  headerLength: 0xa0,
} as const

function load(
  code: number,
  operand: number,
  index: number,
  packet: Uint8Array,
  wireLength: number,
  scratch: Uint32Array,
  facts: FilterFacts,
): number | null {
  switch (code & 0xe0) {
    case modes.immediate:
      return operand
    case modes.absolute:
      return facts.get(operand) ?? read(code, packet, operand)
    case modes.atIndex:
      return read(code, packet, (index + operand) >>> 0)
    case modes.scratch:
      return scratch[operand & 15]!
    case modes.length:
      return wireLength
    case modes.headerLength:
      return operand < packet.length ? (packet[operand]! & 0x0f) * 4 : null
    default:
      return null
  }
}

function read(code: number, packet: Uint8Array, offset: number): number | null {
  const size = (code & 0x18) === 0x00 ? 4 : (code & 0x18) === 0x08 ? 2 : 1
  if (offset + size > packet.length) return null
  let value = 0
  for (let byte = 0; byte < size; byte++) value = value * 256 + packet[offset + byte]!
  return value
}

function compute(operation: number, left: number, right: number): number | null {
  switch (operation) {
    case 0x00:
      return left + right
    case 0x10:
      return left - right
    case 0x20:
      return Math.imul(left, right)
    case 0x30:
      return right === 0 ? null : Math.floor(left / right)
    case 0x40:
      return left | right
    case 0x50:
      return left & right
    case 0x60:
      return right > 31 ? 0 : left << right
    case 0x70:
      return right > 31 ? 0 : left >>> right
    case 0x80:
      return -left
    case 0x90:
      return right === 0 ? null : left % right
    case 0xa0:
      return left ^ right
    default:
      return null
  }
}

function test(code: number, left: number, right: number): boolean {
  switch (code & 0xf0) {
    case 0x10:
      return left === right
    case 0x20:
      return left > right
    case 0x30:
      return left >= right
    default:
      return (left & right) !== 0
  }
}
