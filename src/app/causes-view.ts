// Causes as the console shows them: the gravest first, and no more of each than somebody reads.
import type { CausesView } from '../model/console.ts'
import type { Finding, RunVerdict } from '../model/verdict.ts'
import { openCauses } from '../report/open-causes.ts'

/** Causes, and findings of each, and of those that do not count for the verdict. */
export const causesMax = 100
export const findingsOfCauseMax = 20
export const asideMax = 100

type Judged = Pick<RunVerdict, 'causes' | 'findings' | 'drift'>

export function viewCauses({ causes, findings, drift }: Judged): CausesView {
  const known = new Map(findings.map((finding) => [finding.id, finding]))
  const open = openCauses({ causes, findings })
  const shown = open.slice(0, causesMax)
  const ids = shown.flatMap((cause) => cause.findings.slice(0, findingsOfCauseMax))
  const list = (state: Finding['state']) => findings.filter((finding) => finding.state === state)
  const [advice, accepted] = [list('advice'), list('accepted')]
  return {
    causes: shown.map((cause) => ({
      ...cause,
      findings: cause.findings.slice(0, findingsOfCauseMax),
      more: Math.max(0, cause.findings.length - findingsOfCauseMax),
    })),
    more: open.length - shown.length,
    findings: ids.flatMap((id) => known.get(id) ?? []),
    advice: { total: advice.length, findings: advice.slice(0, asideMax) },
    accepted: { total: accepted.length, findings: accepted.slice(0, asideMax) },
    drift: { ...drift, entities: drift.entities.slice(0, asideMax) },
    moreDrift: Math.max(0, drift.entities.length - asideMax),
  }
}
