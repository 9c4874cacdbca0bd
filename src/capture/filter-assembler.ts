// Puts together classic BPF programs (networking/filter.rst in the kernel's documentation).

/** One `struct sock_filter`: jumps are counted from the next instruction. */
export interface FilterInstruction {
  readonly code: number
  readonly ifTrue: number
  readonly ifFalse: number
  readonly operand: number
}

/** Instruction codes (linux/bpf_common.h): class, size or operation, and mode or source. */
export const codes = {
  loadWord: 0x20,
  loadWordAtIndex: 0x40,
  loadHalfAtIndex: 0x48,
  loadByteAtIndex: 0x50,
  loadImmediate: 0x00,
  loadScratch: 0x60,
  loadIndexImmediate: 0x01,
  loadIndexScratch: 0x61,
  storeScratch: 0x02,
  storeIndexScratch: 0x03,
  add: 0x04,
  addIndex: 0x0c,
  and: 0x54,
  shiftLeft: 0x64,
  shiftRight: 0x74,
  jump: 0x05,
  jumpIfEqual: 0x15,
  jumpIfAtLeast: 0x35,
  jumpIfAtLeastIndex: 0x3d,
  jumpIfBits: 0x45,
  accumulatorToIndex: 0x07,
  giveBack: 0x06,
} as const

/** A place in a program, which may come later. */
export type Label = { at: number }

/** Collects instructions; labels stand for places that come later. */
export class Assembler {
  readonly #instructions: { code: number; ifTrue: number; ifFalse: number; operand: number }[] = []
  readonly #jumps: { from: number; to: Label }[] = []

  add(code: number, operand = 0): void {
    this.#instructions.push({ code, ifTrue: 0, ifFalse: 0, operand })
  }

  /** Skips the next instruction where the test fails. */
  when(code: number, operand: number): void {
    this.#instructions.push({ code, ifTrue: 0, ifFalse: 1, operand })
  }

  // Conditional jumps reach 255 instructions, the unconditional one reaches everywhere.
  goto(label: Label): void {
    this.#jumps.push({ from: this.#instructions.length, to: label })
    this.add(codes.jump)
  }

  gotoIf(code: number, operand: number, label: Label): void {
    this.when(code, operand)
    this.goto(label)
  }

  gotoUnless(code: number, operand: number, label: Label): void {
    this.#instructions.push({ code, ifTrue: 1, ifFalse: 0, operand })
    this.goto(label)
  }

  place(label: Label): void {
    label.at = this.#instructions.length
  }

  finish(): FilterInstruction[] {
    for (const { from, to } of this.#jumps) this.#instructions[from]!.operand = to.at - from - 1
    return this.#instructions
  }
}

/** A place that `Assembler.place` has yet to set. */
export function createLabel(): Label {
  return { at: -1 }
}
