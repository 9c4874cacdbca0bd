// The causes that are still open: not those of which all is accepted.
import type { Cause, RunVerdict } from '../model/verdict.ts'

/** In their order. */
export function openCauses({
  causes,
  findings,
}: Pick<RunVerdict, 'causes' | 'findings'>): readonly Cause[] {
  const open = new Set(findings.flatMap(({ id, state }) => (state === 'accepted' ? [] : [id])))
  return causes.filter((cause) => cause.findings.some((id) => open.has(id)))
}
