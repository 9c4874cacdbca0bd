// What follows from another finding: other words of an answer with another status, and what was
// read where it was written otherwise before.
import type { RunTally } from '../../model/run-tally.ts'
import { type Finding, findingId, isEndpointKind } from '../../model/verdict.ts'
import { shareWithin } from './exchange-sketch.ts'
import { wholeKinds } from './findings.ts'
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
  const lists = findings.filter(isListChange)
  const linked = findings.map((finding) => {
    const cause =
      whole.get(finding.endpoint)?.find((other) => isWholeAnswer(other, finding)) ??
      writes.find((other) => taints(other, finding, sessions)) ??
      lists.find((other) => misleads(other, finding, sessions)) ??
      findings.find((other) => resizes(other, finding))
    return cause === undefined ? finding : { ...finding, consequenceOf: cause.id }
  })
  if (lists.length === 0) return linked
  return linked.map((finding) => {
    if (finding.consequenceOf !== null) return finding
    const like = linked.find((other) => isAmong(finding, other, lists, sessions))
    return like === undefined ? finding : { ...finding, consequenceOf: like.consequenceOf }
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
  return (
    cause.state === 'confirmed' && !isEndpointKind(cause.kind) && cause.shown * 2 >= cause.exchanges
  )
}

/** Another order, or other elements: whoever takes an identifier out of it gets another one. */
function isListChange({ endpoint, kind, state }: Finding): boolean {
  return state === 'confirmed' && !isWrite(endpoint) && listKinds.has(kind)
}

const listKinds: ReadonlySet<string> = new Set(['order', 'element-missing', 'element-extra'])

/**
 * A list is otherwise, in all sessions in which this shows at an entity below it: another entity
 * was asked for. It shows at a part of them, for others are known from elsewhere, and in sessions
 * that are no such part of all by chance.
 */
function misleads(
  cause: Finding,
  finding: Finding,
  sessions: ReadonlyMap<string, SessionsOf>,
): boolean {
  if (!isBelow(finding.endpoint, cause.endpoint) || finding.shown * 2 > finding.exchanges) {
    return false
  }
  const [own, others] = [sessions.get(finding.id), sessions.get(cause.id)]
  if (own === undefined || others === undefined) return false
  const shared = [...own.sessions].filter((session) => others.sessions.has(session)).length
  if (shared < own.sessions.size * shareMin) return false
  return (cause.shown / cause.exchanges) ** own.sessions.size <= chanceMax
}

/** That it looks so where nothing follows from the other. */
const chanceMax = 0.01

/** `GET /orders/{id}/invoice` of `GET /orders`. */
function isBelow(endpoint: string, list: string): boolean {
  return !isWrite(endpoint) && endpoint.startsWith(`${list}/{`)
}

/** The other shows in the same exchanges, and few do, and it follows from a list. */
function isAmong(
  finding: Finding,
  other: Finding,
  lists: readonly Finding[],
  sessions: ReadonlyMap<string, SessionsOf>,
): boolean {
  if (other.endpoint !== finding.endpoint || !lists.some(({ id }) => id === other.consequenceOf)) {
    return false
  }
  const [own, others] = [sessions.get(finding.id), sessions.get(other.id)]
  if (own === undefined || others === undefined) return false
  if ((shareWithin(own.sketch, others.sketch) ?? 0) < shareMin) return false
  return (other.shown / other.exchanges) ** finding.shown <= chanceMax
}

interface SessionsOf {
  readonly sessions: ReadonlySet<string>
  readonly firstAt: number
  readonly changes: readonly Change[]
  readonly sketch: readonly number[]
}

function readSessions(tally: RunTally): ReadonlyMap<string, SessionsOf> {
  return new Map(
    tally.endpoints.flatMap(({ endpoint, paths }) =>
      paths.map((path) => [
        findingId(endpoint, path.path, path.kind, path.change),
        {
          sessions: new Set(path.sessions),
          firstAt: path.firstAt,
          changes: path.pairs,
          sketch: path.sketch,
        },
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
