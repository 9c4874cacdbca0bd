// What the console shows: plain data for its pages, and where they come from. A live run and the
// folder of a finished one both are a `ConsoleRun`.
import type {
  CapacityAnswer,
  CapacityReport,
  Expectation,
  GaveWay,
  Recovery,
  TrialSummary,
} from './capacity.ts'
import type {
  AnswerSummary,
  Attribution,
  ByRole,
  ComparisonMode,
  Label,
  Role,
  Weight,
} from './comparison.ts'
import type { LedgerSnapshot } from './ledger-snapshot.ts'
import type { Micros } from './message.ts'
import type { Rule } from './rule.ts'
import type { ExchangePage, ExchangeQuery, RunInfo, SeriesPoint } from './run-store.ts'
import type { Counts, DriftSample, RatioBlock, ValuePair } from './run-tally.ts'
import type {
  Cause,
  DriftSummary,
  Finding,
  FindingState,
  Gate,
  NoiseUse,
  RuleUse,
  VerdictKind,
} from './verdict.ts'

/** The runs that a console shows: one that is under way, a finished one, or several. */
export interface ConsoleRuns {
  /** The newest first. */
  list(): Promise<readonly RunSummary[]>
  /** Null where there is none of that id. */
  get(id: string): Promise<ConsoleRun | null>
}

/** A run in the list of runs. */
export interface RunSummary {
  readonly id: string
  readonly name: string
  readonly info: RunInfo
  readonly live: boolean
  readonly mode: ComparisonMode | null
  /** Null where nothing was compared. */
  readonly verdict: VerdictKind | null
  readonly exchanges: number
  readonly findings: Counts<FindingState>
  /** Titles, the gravest first. */
  readonly causes: readonly string[]
  /** Why it cannot be opened; null where it can. */
  readonly trouble: string | null
  /** Reports of a capacity in its folder that cannot be read. */
  readonly unreadable: readonly string[]
}

/** One run as the console sees it. Nothing here throws for what a browser may ask. */
export interface ConsoleRun {
  /** Of letters, digits, `.`, `_` and `-`; it stands in addresses. */
  readonly id: string
  overview(): Promise<RunOverview>
  /** By time, then role; from that time on. */
  series(from: Micros): Promise<readonly SeriesPoint[]>
  causes(): Promise<CausesView>
  /** All of them; whoever asks shows a page of them. */
  endpoints(): Promise<readonly EndpointRow[]>
  /** Null where there is none of that name. */
  endpoint(name: string): Promise<EndpointView | null>
  findExchanges(query: ExchangeQuery): Promise<ExchangePage>
  exchange(id: string): Promise<ExchangeView | null>
  rules(): Promise<RulesView>
  /** Null where nothing was compared, so that there is nothing to rule. */
  readonly changeRules: ((change: RulesChange) => Promise<RulesView>) | null
  /**
   * Puts the request once more to baseline and candidate; null where nobody can be asked. One that
   * may change data is refused unless it is `confirmed`.
   */
  readonly reask: ((id: string, confirmed: boolean) => Promise<ReaskView | null>) | null
  capacity(): Promise<StressViews>
}

export interface RunOverview {
  readonly id: string
  readonly name: string
  readonly info: RunInfo
  /** It goes on while it is looked at. */
  readonly live: boolean
  /** When this was read. */
  readonly at: Micros
  /** What was there to compare with; null where nothing was compared. */
  readonly mode: ComparisonMode | null
  readonly verdict: VerdictView | null
  readonly ledger: LedgerSnapshot | null
  /** Compared so far, and by their gravest label. */
  readonly exchanges: number
  readonly labels: Counts<Label>
  readonly endpoints: number
  readonly canReask: boolean
  readonly canRule: boolean
}

/** A verdict without its findings. */
export interface VerdictView {
  readonly verdict: VerdictKind
  readonly proves: string
  readonly gates: readonly Gate[]
  /** The gravest of so many that are open. */
  readonly causes: readonly Pick<Cause, 'title' | 'shown'>[]
  readonly causeCount: number
  readonly findings: Counts<FindingState>
}

export interface CausesView {
  /** Not those of which all is accepted; `more` counts findings beyond those that are shown. */
  readonly causes: readonly (Cause & { readonly more: number })[]
  /** Causes beyond those that are shown. */
  readonly more: number
  /** Of the causes that are shown. */
  readonly findings: readonly Finding[]
  readonly advice: SomeFindings
  readonly accepted: SomeFindings
  readonly drift: DriftSummary
  /** Entities of the drift beyond those that are shown. */
  readonly moreDrift: number
}

/** The first of them, and how many there are. */
export interface SomeFindings {
  readonly total: number
  readonly findings: readonly Finding[]
}

export interface RatioView {
  readonly ratio: number
  readonly low: number
  readonly high: number
  readonly pairs: number
}

/** An endpoint in a list. */
export interface EndpointRow {
  readonly endpoint: string
  readonly exchanges: number
  /** Exchanges of each gravest label. */
  readonly labels: Counts<Label>
  /** Of its findings that are not accepted: the gravest. */
  readonly state: FindingState | null
  readonly findings: number
  /** Candidate over baseline, or over production; null where too little is known. */
  readonly latency: RatioView | null
  readonly p99: ByRole<Micros>
  /** Shares of answers that failed or have a status of 500 and above. */
  readonly errors: ByRole<number>
  /** Ratios of latency, and pairs of answers, block of time by block; the last ones. */
  readonly spark: readonly RatioBlock[]
}

export interface EndpointsPage {
  readonly total: number
  /** Of all pages. */
  readonly matching: number
  readonly offset: number
  readonly rows: readonly EndpointRow[]
}

export interface EndpointView extends EndpointRow {
  readonly statuses: ByRole<Counts>
  /** From the status that the candidate is held against to its own, where they differ. */
  readonly statusChanges: readonly ValuePair[]
  /** Answers by latency, from the lowest bucket up. */
  readonly distributions: ByRole<readonly LatencyBucket[]>
  readonly quantiles: ByRole<Readonly<Record<'p50' | 'p95' | 'p99', Micros>>>
  /** The geometric mean of decoded bodies, in bytes. */
  readonly sizes: ByRole<number>
  /** The candidate's over what it is held against. */
  readonly size: RatioView | null
  readonly places: readonly PlaceView[]
  readonly findingList: readonly Finding[]
}

export interface LatencyBucket {
  readonly from: Micros
  readonly to: Micros
  readonly count: number
}

/** One place in an endpoint's answers that is not always alike. */
export interface PlaceView {
  readonly path: string
  readonly kind: string
  readonly change: string
  /** The label that most of its differences have. */
  readonly label: Label
  readonly labels: Counts<Label>
  /** Exchanges in which each differs from the baseline's first answer. */
  readonly differing: ByRole<number>
  readonly exchanges: number
  readonly classes: string
  readonly pairs: readonly ValuePair[]
  readonly drifts: readonly DriftSample[]
  readonly examples: readonly string[]
  readonly reasked: { readonly confirmed: number; readonly refuted: number }
  readonly finding: Finding | null
}

export interface ExchangeView {
  readonly id: string
  readonly endpoint: string
  readonly at: Micros
  readonly mode: ComparisonMode
  readonly label: Label
  readonly weight: Weight
  readonly request: MessageView
  readonly answers: ByColumn<AnswerView>
  readonly attributions: readonly Attribution[]
  readonly omitted: number
  readonly rows: readonly SideRow[]
  /** Rows beyond the most that are shown. */
  readonly rowsOmitted: number
  /** The request as a command; secrets are masked. */
  readonly curl: string
  /** Secrets in the request that are pseudonyms, so that a target may not know them. */
  readonly masked: readonly MaskedValue[]
  /** It only reads, so that it may be put again without a second thought. */
  readonly safe: boolean
}

export interface MessageView {
  readonly startLine: string
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Decoded; null where it is no text. */
  readonly body: string | null
  readonly bodyBytes: number
  /** Only the start of it is in `body`. */
  readonly cut: boolean
}

export interface AnswerView {
  readonly summary: AnswerSummary
  /** Null where there is no answer. */
  readonly message: MessageView | null
}

/** A line of all answers side by side: one place, and what each has there. */
export interface SideRow {
  readonly part: 'status' | 'header' | 'body'
  /** 0 for the outermost. */
  readonly depth: number
  readonly name: string
  readonly place: string
  /** A role that has nothing there is absent; what holds further rows shows how many. */
  readonly values: ByColumn<string>
  readonly holder: boolean
  readonly differs: boolean
  /** Whom the difference is put down to; null where there is none, or none that counts. */
  readonly label: Label | null
  readonly weight: Weight
}

/** What baseline and candidate answered when they were asked again, beside what is stored. */
export interface ReaskView {
  readonly at: Micros
  /** Masked values of the new answers have other pseudonyms than where they are stored. */
  readonly renamed: boolean
  /** With answers in the columns of now; its label is that of the new answers. */
  readonly exchange: ExchangeView
}

/** Where a column of answers is from: a role as it is stored, or asked again. */
export type AnswerColumn = Role | 'baseline-now' | 'candidate-now'
export type ByColumn<T> = Readonly<Partial<Record<AnswerColumn, T>>>

/** A secret that was replaced before the request was stored. */
export interface MaskedValue {
  readonly part: 'query' | 'header' | 'cookie' | 'body'
  /** Of the parameter, field, cookie or member. */
  readonly name: string
}

export interface RulesView {
  /** Where they are written; null where they are not. */
  readonly file: string | null
  /** Why the file cannot be read, so that the rules before hold on; null where it can. */
  readonly trouble: string | null
  readonly rules: readonly Rule[]
  /** By place in `rules`. */
  readonly uses: readonly RuleUse[]
  readonly noise: readonly NoiseUse[]
  /** How many changes can be taken back. */
  readonly undoable: number
  readonly verdict: VerdictKind | null
  /** Grows with each change. */
  readonly revision: number
}

export type RulesChange =
  | { readonly kind: 'add'; readonly rule: Rule }
  /** By place; `name` must be that of the rule which stands there, as `RuleUse` has it. */
  | { readonly kind: 'remove'; readonly index: number; readonly name: string }
  | { readonly kind: 'undo' }

/** The searches for a capacity whose reports are in a run's folder. */
export interface StressViews {
  readonly views: readonly StressView[]
  /** Files that should be reports, and why they are not shown. */
  readonly unreadable: readonly { readonly file: string; readonly why: string }[]
}

/** What a target bore in one search for its capacity. */
export interface StressView {
  readonly startedAt: string
  readonly slo: string
  readonly normalRate: number
  /** Null: it was not tried. */
  readonly generator: NonNullable<CapacityReport['generator']> | null
  /** What the recording misses, by the ledger's reasons. */
  readonly lost: Readonly<Record<string, number>>
  readonly targets: readonly StressTarget[]
  /** Candidate over baseline. */
  readonly ratio: number | null
  /** What the candidate was to bear, and whether it does. */
  readonly expected: string | null
  readonly expectation: Expectation | null
}

export interface StressTarget {
  readonly role: Extract<Role, 'baseline' | 'candidate'>
  readonly target: string
  readonly answer: CapacityAnswer
  readonly p99Max: Micros
  readonly gaveWay: GaveWay | null
  readonly recovery: Recovery | null
  readonly trials: readonly StressTrial[]
}

export type StressTrial = Pick<
  TrialSummary,
  'kind' | 'level' | 'rate' | 'throughput' | 'errors' | 'offered' | 'verdict' | 'reasons'
> & { readonly p50: Micros; readonly p99: Micros }
