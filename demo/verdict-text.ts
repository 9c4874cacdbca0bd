// What the demo says of the verdict.
import type { Bug } from '../shop/bugs.ts'
import type { DriftEntity, RunVerdict } from '../src/model/verdict.ts'
import { groupByKind } from '../src/report/drift-text.ts'
import { formatCount, plural } from '../src/report/plain-text.ts'
import { wrapText } from './wrap-text.ts'

const causesMax = 3
const driftsMax = 3

/** The verdict, its first causes, and what is no fault of the release. */
export function formatVerdict({ verdict, exchanges, causes, drift }: RunVerdict): string {
  const shown = causes
    .slice(0, causesMax)
    .map(({ title }, index) => wrapText(`  ${index + 1}. ${title}`, 5))
  const more = causes.length > causesMax ? [`  and ${causes.length - causesMax} more`] : []
  return [
    `Verdict: ${verdict.toUpperCase()}. ${formatCount(exchanges)} exchanges were compared. ` +
      'What release 2 does otherwise:',
    ...shown,
    ...more,
    '',
    'No fault of release 2, but of older data in pre-production: ' +
      `${plural(drift.exchanges, 'exchange')}, as`,
    ...[...groupByKind(drift).values()].slice(0, driftsMax).map(([first]) => formatDrift(first!)),
  ].join('\n')
}

function formatDrift({ endpoint, path, samples: [sample] }: DriftEntity): string {
  const [production, staging] = [sample?.production, sample?.staging].map(
    (value) => value ?? 'none',
  )
  return wrapText(`  ${endpoint} ${path}: ${production} in production, ${staging} there`, 4)
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
