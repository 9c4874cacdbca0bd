// `rehearsal report RUN`: the whole of what a run came to, in a format for its reader.

import { OperatorError } from '../model/operator-error.ts'
import type { RunReport } from '../model/run-report.ts'
import { renderHtml } from '../report/html-report.ts'
import { renderJunit } from '../report/junit-report.ts'
import { renderMarkdown } from '../report/markdown-report.ts'
import { readCommandLine, textOf } from './command.ts'
import { type JudgedRun, judgeHelp, judgeOptions, readJudgedRun } from './judged-run.ts'
import { writeText } from './written-text.ts'

const help = `rehearsal report RUN [--format html|json|junit|markdown] [-o FILE] [FLAGS]

  --format FORMAT               html (a page that needs nothing else), junit, json
                                (docs/report.schema.json), or markdown for a pull request
  -o, --output FILE             instead of standard output
${judgeHelp}`

const formats: Readonly<Record<string, (run: JudgedRun) => string>> = {
  html: ({ report, examples }) => renderHtml(report, examples),
  json: ({ report }) => `${JSON.stringify(report satisfies RunReport, null, 2)}\n`,
  junit: ({ report }) => renderJunit(report),
  markdown: ({ report }) => renderMarkdown(report),
}

/** Writes the report and gives the exit code. */
export async function runReport(args: readonly string[]): Promise<number> {
  const options = {
    ...judgeOptions,
    format: { type: 'string', short: 'f' },
    output: { type: 'string', short: 'o' },
  } as const
  const line = readCommandLine(help, args, options, { min: 1, max: 1 })
  if (line === null) return 0
  const format = textOf(line, 'format') ?? 'html'
  const render = Object.hasOwn(formats, format) ? formats[format] : undefined
  if (render === undefined) {
    const known = Object.keys(formats).join(', ')
    throw new OperatorError('bad-format', `there is no format '${format}'`, `write one of ${known}`)
  }
  const run = await readJudgedRun(line.words[0]!, line)
  await writeText(textOf(line, 'output'), render(run))
  return 0
}
