// What follows from another finding: other words of an answer with another status, and what was
// read where it was written otherwise before.
import type { RunTally } from '../../model/run-tally.ts'
import type { Finding } from '../../model/verdict.ts'
import { findingId, wholeKinds } from './findings.ts'
import { isOfEndpoint } from './gate-finding.ts'
import { type Change, isSameChange } from './value-change.ts'

/** Of the exchanges or sessions of one finding, so many must be the other's too. */
const shareMin = 0.9
const sessionsMin = 3
/** A write that goes otherwise nearly always says nothing by its sessions. */
const tellingShareMax = 0.8

/** The findings, each with the one it follows from. */
export function linkConsequences(
  findings: readonly Finding[],
  tally: RunTally,
): readonly Finding[] {
  const sessions = readSessions(tally)
  const whole = Map.groupBy(
    findings.filter(({ kind }) => wholeKinds.has(kind)),
    ({ endpoint }) => endpoint,
  )
  const writes = findings.filter(({ endpoint }) => isWrite(endpoint))
  return findings.map((finding) => {
    const cause =
      whole.get(finding.endpoint)?.find((other) => isWholeAnswer(other, finding)) ??
      writes.find((other) => taints(other, finding, sessions)) ??
      findings.find((other) => resizes(other, finding))
    return cause === undefined ? finding : { ...finding, consequenceOf: cause.id }
  })
}

/** With another status, or a body that cannot be read, all else is other as well. */
function isWholeAnswer(cause: Finding, finding: Finding): boolean {
  if (cause === finding || cause.endpoint !== finding.endpoint) return false
  if (!wholeKinds.has(cause.kind) || wholeKinds.has(finding.kind)) return false
  return cause.shown >= finding.shown * shareMin
}

/** What half of an endpoint's answers have otherwise is what makes them longer or shorter. */
function resizes(cause: Finding, finding: Finding): boolean {
  if (finding.kind !== 'size' || cause.endpoint !== finding.endpoint) return false
  return cause.state === 'confirmed' && !isOfEndpoint(cause) && cause.shown * 2 >= cause.exchanges
}

interface SessionsOf {
  readonly sessions: ReadonlySet<string>
  readonly firstAt: number
  readonly changes: readonly Change[]
}

function readSessions(tally: RunTally): ReadonlyMap<string, SessionsOf> {
  return new Map(
    tally.endpoints.flatMap(({ endpoint, paths }) =>
      paths.map((path) => [
        findingId(endpoint, path.path, path.kind, path.change),
        { sessions: new Set(path.sessions), firstAt: path.firstAt, changes: path.pairs },
      ]),
    ),
  )
}

/** A write went otherwise before, in all sessions in which this shows: what it wrote is other. */
function taints(
  cause: Finding,
  finding: Finding,
  sessions: ReadonlyMap<string, SessionsOf>,
): boolean {
  if (cause === finding || !isWrite(cause.endpoint) || isWrite(finding.endpoint)) return false
  if (cause.state !== 'confirmed') return false
  const [own, others] = [sessions.get(finding.id), sessions.get(cause.id)]
  if (own === undefined || others === undefined || others.firstAt > own.firstAt) return false
  if (own.sessions.size < sessionsMin) return false
  const shared = [...own.sessions].filter((session) => others.sessions.has(session)).length
  if (shared < own.sessions.size * shareMin) return false
  // What every write shows is in every session: then the values have to be what was written.
  return (
    cause.shown < cause.exchanges * tellingShareMax || isSameChange(others.changes, own.changes)
  )
}

function isWrite(endpoint: string): boolean {
  return !/^(GET|HEAD|OPTIONS) /.test(endpoint)
}
