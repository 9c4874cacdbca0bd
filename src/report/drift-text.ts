// Data of pre-production that is out of step with production, to be seeded again.
import type { DriftEntity, DriftSummary } from '../model/verdict.ts'
import { fit, formatCount, plural } from './plain-text.ts'

const samplesMax = 5

/** The thing that a place is of: `users` for `GET /users/{id}`, or the array in its path. */
export function entityKind({ endpoint, path }: Pick<DriftEntity, 'endpoint' | 'path'>): string {
  const arrays = [...path.matchAll(/([^.[\]$]+)\[/g)].map((match) => match[1]!)
  const array = arrays.findLast((name) => !/^(items|data|results|rows|list)$/i.test(name))
  if (array !== undefined) return array
  const segments = endpoint.replace(/^\S+ /, '').split(/[/?]/)
  return segments.findLast((segment) => /^[\w-]+$/.test(segment)) ?? endpoint
}

/** Places in bodies; headers tell of the servers, and hold nothing that could be seeded. */
export function seedable({ entities }: DriftSummary): readonly DriftEntity[] {
  return entities.filter(({ path }) => !path.startsWith('header.'))
}

/** For a terminal: by kind of entity, the most exchanges first. */
export function formatDrift(drift: DriftSummary): string {
  if (seedable(drift).length === 0) return 'pre-production has the same data as production\n'
  const lines = [
    `${plural(drift.exchanges, 'exchange')} or more with other data than production; ` +
      'to seed again:',
  ]
  for (const [kind, entities] of groupByKind(drift)) {
    lines.push('', kind)
    for (const { endpoint, path, exchanges, samples } of entities) {
      lines.push(fit(`  ${formatCount(exchanges)} × ${endpoint} ${path}`))
      for (const { target, at, production, staging } of samples.slice(0, samplesMax)) {
        const place = at === path ? '' : ` ${at}`
        const values = `${production ?? 'absent'}, here ${staging ?? 'absent'}`
        lines.push(fit(`      ${target}${place}: production has ${values}`))
      }
      const more = samples.length - samplesMax
      if (more > 0) lines.push(`      and ${more} more (--format csv lists them)`)
    }
  }
  return `${lines.join('\n')}\n`
}

export function groupByKind(drift: DriftSummary): ReadonlyMap<string, readonly DriftEntity[]> {
  const kinds = new Map<string, DriftEntity[]>()
  for (const entity of seedable(drift)) {
    const kind = entityKind(entity)
    const group = kinds.get(kind)
    if (group === undefined) kinds.set(kind, [entity])
    else group.push(entity)
  }
  return kinds
}

/** RFC 4180, one line for each sample that could be seeded. */
export function formatDriftCsv(drift: DriftSummary): string {
  const rows = seedable(drift).flatMap((entity) =>
    entity.samples.map(({ target, at, production, staging }) => [
      entityKind(entity),
      entity.endpoint,
      entity.path,
      target,
      at,
      production ?? '',
      staging ?? '',
    ]),
  )
  const header = ['entity', 'endpoint', 'path', 'target', 'at', 'production', 'staging']
  return [header, ...rows].map((row) => `${row.map(quoteCell).join(',')}\r\n`).join('')
}

/** What a spreadsheet would take for a formula gets a quote before it. */
function quoteCell(cell: string): string {
  const safe = /^[=+@\t\r]|^-(?!\d)/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
