// What a run of comparisons came to, in a line.
import type { RunVerdict } from '../model/verdict.ts'
import { openCauses } from './open-causes.ts'

/** Names the first cause, and the command that says more of the run in `folder`. */
export function formatVerdictLine(verdict: RunVerdict, folder: string): string {
  const { gates, exchanges } = verdict
  const causes = openCauses(verdict)
  const open = gates.filter(({ outcome }) => outcome !== 'pass').map(({ name }) => name)
  const because = open.length === 0 ? '' : ` by ${open.join(', ')}`
  const [cause] = causes
  const first = cause === undefined ? '' : `; ${cause.title}`
  const more = causes.length > 1 ? ` (and ${causes.length - 1} more)` : ''
  return (
    `verdict: ${verdict.verdict}${because}, ${exchanges} exchanges compared${first}${more}; ` +
    `rehearsal verdict ${folder} says why`
  )
}
