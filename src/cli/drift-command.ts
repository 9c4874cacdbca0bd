// `rehearsal drift RUN`: which data of pre-production is out of step with production.
import type { DriftSummary } from '../model/verdict.ts'
import { entityKind, formatDrift, formatDriftCsv } from '../report/drift-text.ts'
import { type RunFormats, writeRun } from './formatted-run.ts'

const help = `rehearsal drift RUN [--format text|json|csv] [-o FILE]

Places where pre-production answered from other data than production, with what each had, to seed
that data again.
`

const formats: RunFormats = [
  ['text', ({ verdict }) => formatDrift(verdict.drift)],
  ['json', ({ verdict }) => formatDriftJson(verdict.drift)],
  ['csv', ({ verdict }) => formatDriftCsv(verdict.drift)],
]

/** Writes the list and gives the exit code. */
export async function runDrift(args: readonly string[]): Promise<number> {
  return await writeRun(help, args, formats)
}

function formatDriftJson({ exchanges, entities }: DriftSummary): string {
  const named = entities.map((entity) => ({ entity: entityKind(entity), ...entity }))
  return `${JSON.stringify({ exchanges, entities: named }, null, 2)}\n`
}
