// What an operator has decided about differences, as it stands in `rules.yaml`.

export interface Rule {
  readonly action: RuleAction
  /** `*` stands for any text. */
  readonly endpoint: string
  readonly path: string
  readonly kind?: string | undefined
  /** Class of the value before, and of the candidate's. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly reason: string
  readonly owner?: string | undefined
  /** The last day that it holds: 2026-12-31. */
  readonly until?: string | undefined
  readonly added?: string | undefined
}

/**
 * accept: the candidate means to do otherwise; ignore: the place is not looked at; noise: its value
 * differs by itself, so that only its type counts.
 */
export type RuleAction = 'accept' | 'ignore' | 'noise'
