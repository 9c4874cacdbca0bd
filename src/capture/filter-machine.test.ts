import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { runFilter } from './filter-machine.ts'

type Short = readonly [code: number, operand?: number, ifTrue?: number, ifFalse?: number]

function run(program: readonly Short[], packet: readonly number[] = [], wireLength = 0): number {
  const instructions = program.map(([code, operand = 0, ifTrue = 0, ifFalse = 0]) => {
    return { code, operand, ifTrue, ifFalse }
  })
  return runFilter(instructions, Uint8Array.from(packet), wireLength)
}

const giveAccumulator: Short = [0x16]

const computations = [
  [0x04, 7, 3, 10],
  [0x14, 3, 7, 0xffff_fffc],
  [0x24, 0x10000, 0x10001, 0x10000],
  [0x34, 7, 2, 3],
  [0x44, 5, 2, 7],
  [0x54, 6, 3, 2],
  [0x64, 1, 31, 0x8000_0000],
  [0x64, 1, 32, 0],
  [0x74, 0x8000_0000, 31, 1],
  [0x84, 1, 0, 0xffff_ffff],
  [0x94, 7, 4, 3],
  [0xa4, 6, 3, 5],
] as const

for (const [code, left, right, expected] of computations) {
  test(`operation 0x${code.toString(16)} of ${left} and ${right} is ${expected}`, () => {
    assert.equal(run([[0x00, left], [code, right], giveAccumulator]), expected)
    // The same with the second number in the index register.
    assert.equal(run([[0x01, right], [0x00, left], [code | 8], giveAccumulator]), expected)
  })
}

test('a division by zero gives nothing', () => {
  for (const code of [0x34, 0x94, 0x3c, 0x9c]) {
    assert.equal(
      run([
        [0x00, 9],
        [code, 0],
        [0x06, 1],
      ]),
      0,
    )
  }
})

test('words, halves and bytes are read from the packet, at a place or behind the index', () => {
  const packet = [0x81, 2, 3, 4, 5, 6]
  assert.equal(run([[0x20, 0], giveAccumulator], packet), 0x81020304)
  assert.equal(run([[0x28, 1], giveAccumulator], packet), 0x0203)
  assert.equal(run([[0x30, 5], giveAccumulator], packet), 6)
  assert.equal(run([[0x01, 2], [0x40, 0], giveAccumulator], packet), 0x03040506)
  assert.equal(run([[0x01, 2], [0x48, 1], giveAccumulator], packet), 0x0405)
  assert.equal(run([[0x01, 2], [0x50, 1], giveAccumulator], packet), 4)
  assert.equal(run([[0xb1, 4], [0x87], giveAccumulator], packet), 20)
})

test('a read beyond the packet gives nothing', () => {
  const reads: readonly Short[] = [
    [0x20, 0],
    [0x28, 2],
    [0x30, 3],
    [0xb1, 3],
    [0x20, 0xffff_f000],
  ]
  for (const load of reads) assert.equal(run([load, [0x06, 1]], [1, 2, 3]), 0)
})

test('the length is that on the wire', () => {
  assert.equal(run([[0x80], giveAccumulator], [1], 1500), 1500)
})

test('both registers are kept in scratch memory and moved to each other', () => {
  assert.equal(run([[0x00, 9], [0x02, 3], [0x00, 1], [0x60, 3], giveAccumulator]), 9)
  assert.equal(run([[0x01, 9], [0x03, 15], [0x01, 1], [0x61, 15], [0x87], giveAccumulator]), 9)
  assert.equal(run([[0x00, 4], [0x07], [0x00, 1], [0x0c], giveAccumulator]), 5)
})

const jumps = [
  [0x15, 5, true],
  [0x15, 6, false],
  [0x25, 4, true],
  [0x25, 5, false],
  [0x35, 5, true],
  [0x35, 6, false],
  [0x45, 4, true],
  [0x45, 2, false],
] as const

for (const [code, operand, expected] of jumps) {
  test(`jump 0x${code.toString(16)} by ${operand} is ${expected ? '' : 'not '}taken at 5`, () => {
    const tail: readonly Short[] = [
      [0x06, 2],
      [0x06, 1],
    ]
    assert.equal(run([[0x00, 5], [code, operand, 1, 0], ...tail]), expected ? 1 : 2)
    assert.equal(run([[0x01, operand], [0x00, 5], [code | 8, 0, 1, 0], ...tail]), expected ? 1 : 2)
  })
}

test('any program ends, on any packet, with a number', () => {
  const instruction = fc.record({
    code: fc.nat(0xff),
    ifTrue: fc.nat(0xff),
    ifFalse: fc.nat(0xff),
    operand: fc.nat(0xffff_ffff),
  })
  fc.assert(
    fc.property(fc.array(instruction), fc.uint8Array(), (program, packet) => {
      const given = runFilter(program, packet, packet.length)
      assert.ok(Number.isInteger(given) && given >= 0)
    }),
  )
})
