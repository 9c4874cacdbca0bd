import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Assembler, codes, createLabel } from './filter-assembler.ts'
import { runFilter } from './filter-machine.ts'

test('a jump reaches its place however far that is', () => {
  const program = new Assembler()
  const [far, end] = [createLabel(), createLabel()]
  program.add(codes.loadImmediate, 7)
  program.gotoIf(codes.jumpIfEqual, 7, far)
  for (let count = 0; count < 600; count++) program.add(codes.loadImmediate, 0)
  program.goto(end)
  program.place(far)
  program.gotoUnless(codes.jumpIfEqual, 7, end)
  program.add(codes.giveBack, 1)
  program.place(end)
  program.add(codes.giveBack, 2)
  assert.equal(runFilter(program.finish(), new Uint8Array(0), 0), 1)
})

test('an instruction is skipped where the test before it fails', () => {
  const program = new Assembler()
  program.add(codes.loadImmediate, 5)
  program.when(codes.jumpIfEqual, 6)
  program.add(codes.giveBack, 1)
  program.add(codes.giveBack, 2)
  assert.equal(runFilter(program.finish(), new Uint8Array(0), 0), 2)
})
