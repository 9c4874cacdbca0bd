// `rehearsal drift RUN`: which data of pre-production is out of step with production.
import { OperatorError } from '../model/operator-error.ts'
import type { DriftSummary } from '../model/verdict.ts'
import { entityKind, formatDrift, formatDriftCsv } from '../report/drift-text.ts'
import { readCommandLine, textOf } from './command.ts'
import { judgeOptions, readJudgedRun } from './judged-run.ts'
import { writeText } from './written-text.ts'

const help = `rehearsal drift RUN [--format text|json|csv] [-o FILE]

Places where pre-production answered from other data than production, with what each had, to seed
that data again.
`

const formats: Readonly<Record<string, (drift: DriftSummary) => string>> = {
  text: formatDrift,
  csv: formatDriftCsv,
  json: ({ exchanges, entities }) => {
    const named = entities.map((entity) => ({ entity: entityKind(entity), ...entity }))
    return `${JSON.stringify({ exchanges, entities: named }, null, 2)}\n`
  },
}

/** Writes the list and gives the exit code. */
export async function runDrift(args: readonly string[]): Promise<number> {
  const options = {
    ...judgeOptions,
    format: { type: 'string', short: 'f' },
    output: { type: 'string', short: 'o' },
  } as const
  const line = readCommandLine(help, args, options, { min: 1, max: 1 })
  if (line === null) return 0
  const format = textOf(line, 'format') ?? 'text'
  const render = Object.hasOwn(formats, format) ? formats[format] : undefined
  if (render === undefined) {
    throw new OperatorError(
      'bad-format',
      `there is no format '${format}'`,
      'write text, json or csv',
    )
  }
  const { verdict } = await readJudgedRun(line.words[0]!, line)
  await writeText(textOf(line, 'output'), render(verdict.drift))
  return 0
}
