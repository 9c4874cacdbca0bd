// What the demo says of the ledger.
import type { LedgerSnapshot, OutputSnapshot } from '../src/model/ledger-snapshot.ts'

/** Not the answers, which are captured, too, and no target is meant to get. */
export function countRequests({ captured, outputs }: LedgerSnapshot): number {
  return captured - (outputs[0]?.dropped.kind ?? 0)
}

/** Not what an output is not meant for: answers, and what is not asked twice. */
export function countLost({ sources, outputs }: LedgerSnapshot): number {
  const atSources = sources.flatMap(({ dropped }) => Object.values(dropped))
  const all = [...atSources, ...outputs.map(countLosses)]
  return all.reduce((sum, count) => sum + count, 0)
}

function countLosses({ dropped }: OutputSnapshot): number {
  return Object.entries(dropped)
    .filter(([reason]) => reason !== 'kind' && reason !== 'limit')
    .reduce((sum, [, count]) => sum + count, 0)
}

const outputs = ['candidate', 'baseline', 'baseline again', 'recording']

/** The sum of each output, and what was lost. */
export function formatLedger(ledger: LedgerSnapshot, balanced: boolean): string {
  const sums = ledger.outputs.map((output, index) => {
    const { amplified, delivered, dropped } = output
    const meant = ledger.captured - (dropped.kind ?? 0) - (dropped.limit ?? 0)
    const again = amplified === 0 ? '' : ` + ${amplified} asked again`
    const what = index === 3 ? 'requests and answers' : 'requests'
    return (
      `  ${(outputs[index] ?? '').padEnd(15)} ${meant} ${what}${again} = ` +
      `${delivered} delivered + ${countLosses(output)} lost`
    )
  })
  const head = balanced ? 'The sums agree' : 'THE SUMS DO NOT AGREE'
  return [`${head}, and ${countLost(ledger)} messages were lost:`, ...sums].join('\n')
}
