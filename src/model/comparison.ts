// What comparing shows: the answers of one exchange by who gave them, where they are not alike, and
// whom each difference is put down to. Plain data, so that it can be stored and sent as it is.
import type { ConnectionId, ExchangeId, Message, Micros } from './message.ts'

/** Who gave an answer; `baseline2` is the baseline asked a second time. */
export type Role = 'production' | 'baseline' | 'baseline2' | 'candidate'

export type ByRole<T> = Readonly<Partial<Record<Role, T>>>

/** What asking one server came to; a failure is an answer too. */
export type RoleAnswer =
  | { readonly kind: 'answered'; readonly response: Message }
  /** `reason` as the ledger has it, e.g. `timeout`. */
  | { readonly kind: 'failed'; readonly reason: string }

/** One request and all that it was answered: what is compared. */
export interface AnsweredExchange {
  /** As production got it. */
  readonly request: Message
  /** Where values were rewritten for a server: the request as that server got it. */
  readonly sent?: ByRole<Message>
  /** A role that was not asked is absent. */
  readonly answers: ByRole<RoleAnswer>
  /** Whose order of requests belongs together: a client's connection, cookie or token. */
  readonly session: string
  /** What is known so far of the group that the request belongs to, as `GET /users/{id}`. */
  readonly endpoint: string
}

/**
 * What was there to compare with, which bounds what is proved. `baseline-twice`: the baseline was
 * asked twice. `baseline`: it was asked once. `production`: nothing but production's own answer, so
 * that a differing value is advice. `incomparable`: no candidate, or nothing to hold it against.
 */
export type ComparisonMode = 'baseline-twice' | 'baseline' | 'production' | 'incomparable'

/** In which way two answers are not alike. */
export type DifferenceKind =
  | 'status'
  /** One of the two gave no answer. */
  | 'failed'
  /** A header's value, or that of one of its directives or attributes. */
  | 'header'
  | 'header-missing'
  | 'header-extra'
  /** The same type with another value. */
  | 'value'
  | 'type'
  | 'missing'
  | 'extra'
  /** The same elements in another order. */
  | 'order'
  | 'element-missing'
  | 'element-extra'
  | 'element-changed'
  /** An object names a key more than once. */
  | 'duplicate-key'
  /** The body is not what its type promises. */
  | 'malformed'
  /** Too large to compare in full: only its start was, or its length and hash. */
  | 'truncated'
  /** Content coding or charset; what was decoded is compared apart from it. */
  | 'encoding'

/** What a value is, as far as its text tells. */
export type ValueClass =
  | 'absent'
  | 'null'
  | 'boolean'
  | 'object'
  | 'array'
  | 'integer'
  | 'float'
  | 'empty'
  | 'timestamp'
  | 'uuid'
  | 'jwt'
  | 'hash'
  | 'opaque'
  | 'id'
  | 'url'
  | 'email'
  | 'ip'
  | 'version'
  | 'word'
  | 'text'
  | 'bytes'

/** The weaker check that a noisy value is held to; docs/comparing.md says what each checks. */
export type NoiseRule =
  /** The same format and zone, and as near to its answer's time as the other to its own. */
  | 'timestamp'
  /** The same format and length. */
  | 'uuid'
  | 'opaque'
  | 'hash'
  /** The same claims, each held to its own class. */
  | 'jwt'
  /** One identifier here stands for one identifier there, all through the run. */
  | 'alias'
  /** The same sign and, within a session, the same direction. */
  | 'counter'
  /** The same type and zero-ness. */
  | 'count'
  /** Equal but for the last binary digits. */
  | 'float'
  /** The same elements in any order. */
  | 'unordered'
  /** The same text around parts that are each held to their own class. */
  | 'text'
  /** A header that tells of the transport: only whether it is there. */
  | 'header'
  /** Differs between two answers of the baseline: the same type, null-ness and size decade. */
  | 'learned'

/** Two answers' difference at one place. Texts are short: cut where they are long. */
export interface Difference {
  /** `status`, `header.etag`, `$.items[*].price`, `body`: the same for all like places. */
  readonly path: string
  /** The place itself, as `$.items[id=7].price`; equal to `path` where that says it all. */
  readonly at: string
  readonly kind: DifferenceKind
  /** Null where it is absent. */
  readonly from: string | null
  readonly to: string | null
  readonly fromClass: ValueClass
  readonly toClass: ValueClass
  /** The weaker check that applies to these two values; null: none does, they have to be equal. */
  readonly rule: NoiseRule | null
  /** Whether `rule` holds for the two. */
  readonly holds: boolean
}

/** Whom a difference is put down to. */
export type Label =
  | 'same'
  /** The baseline differs from production, and the candidate does as the baseline. */
  | 'drift'
  | 'changed'
  /** The candidate does as production and the baseline does not: a fix, or a stale baseline. */
  | 'changed-agrees-with-production'
  /** All three differ. */
  | 'changed-under-drift'
  /** The baseline differs from itself, or only weaker checks apply to such values. */
  | 'unstable'

/** What a difference may do to the verdict by itself; `check` asks for more evidence first. */
export type Weight = 'fail' | 'check' | 'warn' | 'advice' | 'none'

/** One difference among all answers of an exchange, and whom it is put down to. */
export interface Attribution {
  readonly path: string
  readonly at: string
  readonly kind: DifferenceKind
  readonly label: Label
  readonly weight: Weight
  /** From 0 to 1: how sure it is that the release, and not data, is to blame. */
  readonly confidence: number
  /** Of the roles that answered; null where it is absent there. */
  readonly values: ByRole<string | null>
  /** Of what the candidate is held against, and of the candidate. */
  readonly fromClass: ValueClass
  readonly toClass: ValueClass
  readonly rule: NoiseRule | null
  /** False: the candidate breaks even the weaker check. */
  readonly holds: boolean
  /** Whether the baseline's second answer keeps it; null where it was not asked, or is alike. */
  readonly baselineHolds: boolean | null
  /** Null where one of the two was not asked. */
  readonly equal: {
    readonly baselines: boolean | null
    readonly baselineProduction: boolean | null
    readonly candidateBaseline: boolean | null
    readonly candidateProduction: boolean | null
  }
}

/** What comparing one exchange came to; places without a difference are not listed. */
export interface ExchangeComparison {
  readonly exchange: ExchangeId
  readonly connection: ConnectionId
  readonly session: string
  readonly endpoint: string
  /** When production's client asked. */
  readonly at: Micros
  /** When the candidate was asked; as `at` where it gave no answer. */
  readonly askedAt: Micros
  readonly mode: ComparisonMode
  /** The gravest label of all attributions, by weight. */
  readonly label: Label
  readonly weight: Weight
  readonly attributions: readonly Attribution[]
  /** Differences beyond the most that are listed. */
  readonly omitted: number
  readonly answers: ByRole<AnswerSummary>
  /** Status, content type and outermost keys of the first answer there is: for grouping. */
  readonly signature: string
}

export interface AnswerSummary {
  /** Null for a failure, and for an answer that is no HTTP. */
  readonly status: number | null
  readonly failure: string | null
  /** From sending to the whole answer. */
  readonly latency: Micros
  /** Of the decoded body. */
  readonly bodyBytes: number
}
