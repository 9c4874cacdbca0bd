// The seam for whoever wants to see a run go by: comparison, correlation, scripts.
import type { Message, Micros } from './message.ts'
import type { Outcome } from './outcome.ts'

/** Sees what the outputs are given, and what came of it; must neither throw nor keep its caller. */
export interface RunObserver {
  /** Shaped requests and production's responses, before any output's limit; `closed` too. */
  captured?(batch: readonly Message[]): void
  /** One for each request that a target was given, copies included; `target` tells which. */
  outcome?(outcome: Outcome): void
  /** Called about every 100 ms. */
  tick?(now: Micros): void
  /** Nothing more is captured and outputs are idle, but still open: what is left may be sent. */
  finish?(): Promise<void>
}
