// What the demo says of the verdict and of the ledger.
import type { Bug } from '../shop/bugs.ts'
import type { LedgerSnapshot } from '../src/model/ledger-snapshot.ts'
import type { RunVerdict } from '../src/model/verdict.ts'
import { countLost } from './rehearsal-run.ts'

const causesMax = 3

/** The verdict, its first causes, and what is no fault of the release. */
export function formatVerdict({ verdict, exchanges, causes, drift }: RunVerdict): string {
  const shown = causes.slice(0, causesMax).map(({ title }, index) => `  ${index + 1}. ${title}`)
  const more = causes.length > causesMax ? [`  and ${causes.length - causesMax} more`] : []
  return [
    `Verdict: ${verdict.toUpperCase()}, after ${exchanges} exchanges that were compared.`,
    ...shown,
    ...more,
    `At ${drift.entities.length} places pre-production's data differs from production's: ` +
      'that is drift, and no fault of the release.',
  ].join('\n')
}

/** Whether the first cause is the bug; names of path parameters are not the shop's. */
export function namesBug({ causes, findings }: RunVerdict, bug: Bug): boolean {
  const plain = (endpoint: string) => endpoint.replace(/\{[^}]*\}/g, '{}')
  return findings.some(
    ({ id, endpoint, path }) =>
      causes[0]?.findings.includes(id) === true &&
      plain(endpoint) === plain(bug.endpoint) &&
      path.startsWith(bug.where),
  )
}

/** The sum of each output, and what was lost. */
export function formatLedger(ledger: LedgerSnapshot, balanced: boolean): string {
  const sums = ledger.outputs.map(({ output, amplified, delivered, dropped }) => {
    const count = Object.values(dropped).reduce((sum, each) => sum + each, 0)
    const again = amplified === 0 ? '' : ` + ${amplified} asked again`
    const fates = `${delivered} delivered + ${count} not for it`
    return `  ${ledger.captured}${again} = ${fates}, ${output}`
  })
  const head = balanced ? 'The sums agree' : 'THE SUMS DO NOT AGREE'
  return [`${head}, and ${countLost(ledger)} messages were lost:`, ...sums].join('\n')
}
