// Findings that belong together: what follows from another finding, and what one mistake explains.
import type { RunTally } from '../../model/run-tally.ts'
import type { Cause, Finding } from '../../model/verdict.ts'
import { findingId, wholeKinds } from './findings.ts'

/** Of the exchanges or sessions of one finding, so many must be the other's too. */
const shareMin = 0.9
const sessionsMin = 3

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
      writes.find((other) => taints(other, finding, sessions))
    return cause === undefined ? finding : { ...finding, consequenceOf: cause.id }
  })
}

/** With another status, or a body that cannot be read, all else is other as well. */
function isWholeAnswer(cause: Finding, finding: Finding): boolean {
  if (cause === finding || cause.endpoint !== finding.endpoint) return false
  if (!wholeKinds.has(cause.kind) || wholeKinds.has(finding.kind)) return false
  return cause.shown >= finding.shown * shareMin
}

interface SessionsOf {
  readonly sessions: ReadonlySet<string>
  readonly firstAt: number
}

function readSessions(tally: RunTally): ReadonlyMap<string, SessionsOf> {
  return new Map(
    tally.endpoints.flatMap(({ endpoint, paths }) =>
      paths.map((path) => [
        findingId(endpoint, path.path, path.kind, path.change),
        { sessions: new Set(path.sessions), firstAt: path.firstAt },
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
  return shared >= own.sessions.size * shareMin
}

function isWrite(endpoint: string): boolean {
  return !/^(GET|HEAD|OPTIONS) /.test(endpoint)
}

/** Findings that stand for themselves, those of one mistake together, the most shown first. */
export function groupCauses(findings: readonly Finding[]): readonly Cause[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    if (finding.consequenceOf !== null || finding.state === 'advice') continue
    const key = mistakeOf(finding)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [finding])
    else group.push(finding)
  }
  const causes = [...groups.values()].map((group) => describeCause(group, findings))
  return causes.sort((a, b) => b.endpoints - a.endpoints || b.shown - a.shown)
}

/** The same kind of change of the same name: one helper is to blame, wherever it is called. */
function mistakeOf(finding: Finding): string {
  const { kind, path, classes, example } = finding
  if (kind === 'latency' || kind === 'failure') return finding.id
  if (kind === 'status') return `${kind} ${example}`
  return `${kind} ${leafOf(path)} ${classes}`
}

/** `price` of `$.items[*].price`; the whole of what is no path. */
export function leafOf(path: string): string {
  return /([^.[\]]+)(?:\[\*\])*$/.exec(path)?.[1] ?? path
}

function describeCause(group: readonly Finding[], all: readonly Finding[]): Cause {
  const [first] = group
  const ids = new Set(group.map(({ id }) => id))
  const following = all.filter(
    ({ consequenceOf }) => consequenceOf !== null && ids.has(consequenceOf),
  )
  const endpoints = new Set(group.map(({ endpoint }) => endpoint))
  const where = endpoints.size === 1 ? first!.endpoint : `${endpoints.size} endpoints`
  const when = first!.when === null ? '' : `, only with ${first!.when}`
  const example = first!.example === '' ? '' : `: ${first!.example}`
  return {
    title: `${where} ${nameChange(first!)}${example}${when}`,
    findings: [...ids, ...following.map(({ id }) => id)],
    endpoints: endpoints.size,
    shown: group.reduce((sum, { shown }) => sum + shown, 0),
  }
}

function nameChange({ kind, path }: Finding): string {
  if (kind === 'status' || kind === 'latency' || kind === 'failure') return kind
  return `${path} ${kind}`
}
