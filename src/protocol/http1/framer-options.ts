// What a framer is told of the side that it follows.
import type { MemoryBudget } from '../../base/memory-budget.ts'
import type { MessageSide } from './start-line.ts'

export interface FramerLimits {
  /** Start line, fields and trailer fields; beyond it the side is followed no further. */
  readonly headBytesMax: number
  /** Beyond it a message is lost, and its end is still found. Without `keep` it does not matter. */
  readonly messageBytesMax: number
}

export interface FramerOptions {
  readonly side: MessageSide
  readonly limits: FramerLimits
  readonly budget: MemoryBudget
  /** False where the side was joined in the middle: its first message has to be looked for. */
  readonly synchronized: boolean
  /** False: no body is stored, and every payload is empty; `short`: that of too long ones is. */
  readonly keep: boolean | 'short'
  /** Tell of a head before its body is whole. */
  readonly heads?: boolean
  /** Give what came of a message whose body is cut by a gap or by the end of the side. */
  readonly allowIncomplete?: boolean
}
