// What the main thread and the comparing thread say to each other.

import type { RouteTemplate } from '../compare/endpoints/route-matcher.ts'
import type { JoinedExchange } from '../compare/join/exchange-joiner.ts'
import type { ByRole, RoleAnswer } from '../model/comparison.ts'
import type { LedgerSnapshot } from '../model/ledger-snapshot.ts'
import type { ExchangeId, Micros } from '../model/message.ts'
import type { ComparisonProgress } from '../model/metrics-snapshot.ts'
import type { ExchangeQuery, RunInfo } from '../model/run-store.ts'
import type { RunVerdict } from '../model/verdict.ts'
import type { FlagValues } from './flags.ts'

/** Given to the thread at its start, as plain data. */
export interface ComparisonThreadOptions {
  readonly folder: string
  readonly info: RunInfo
  readonly routes: readonly (readonly RouteTemplate[])[]
  readonly actionParameters: readonly string[]
  readonly headers: readonly string[]
  readonly hosts: ByRole<string>
  /** Outputs that are compared, by their names in the ledger. */
  readonly targets: readonly string[]
  /** Whether anybody can be asked again. */
  readonly mayReask: boolean
  /** What redaction is read from. */
  readonly flags: FlagValues
  readonly redactKey: Uint8Array
}

/** What is asked of the run as it is so far: by the console. */
export type RunReading =
  | { readonly what: 'tally' }
  | { readonly what: 'lost-share' }
  | { readonly what: 'exchanges'; readonly ids: readonly string[] }
  | { readonly what: 'find-exchanges'; readonly query: ExchangeQuery }
  | { readonly what: 'series'; readonly from: Micros }

export type ToComparison =
  | { readonly kind: 'exchanges'; readonly exchanges: readonly JoinedExchange[] }
  | {
      readonly kind: 'reasked'
      readonly id: ExchangeId
      readonly role: 'baseline' | 'candidate'
      readonly answer: RoleAnswer
    }
  | { readonly kind: 'ledger'; readonly ledger: LedgerSnapshot; readonly unjoined: number }
  /** Answered by `read` of the same number, while the run goes on. */
  | { readonly kind: 'read'; readonly number: number; readonly reading: RunReading }
  /** Compare what is held back; answers to what is asked again still come. */
  | { readonly kind: 'finish' }
  /** Nothing more comes: judge, store and end. */
  | { readonly kind: 'end' }

export type FromComparison =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly code: string; readonly what: string; readonly hint: string }
  /** So many exchanges were compared, and these requests are to be asked again. */
  | { readonly kind: 'seen'; readonly count: number; readonly reask: readonly ExchangeId[] }
  | {
      readonly kind: 'verdict'
      readonly verdict: RunVerdict
      readonly progress: ComparisonProgress
    }
  /** `value` as the reading has it; null where it could not be read. */
  | { readonly kind: 'read'; readonly number: number; readonly value: unknown }
  /** All that was held back is compared. */
  | { readonly kind: 'finished' }
  | { readonly kind: 'ended' }
