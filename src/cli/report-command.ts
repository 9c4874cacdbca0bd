// `rehearsal report RUN`: the whole of what a run came to, in a format for its reader.
import { viewSamples } from '../app/run-report.ts'
import type { RunReport } from '../model/run-report.ts'
import { renderHtml } from '../report/html-report.ts'
import { renderJunit } from '../report/junit-report.ts'
import { renderMarkdown } from '../report/markdown-report.ts'
import { type RunFormats, writeRun } from './formatted-run.ts'
import { judgeHelp } from './judged-run.ts'

const help = `rehearsal report RUN [--format html|json|junit|markdown] [-o FILE] [FLAGS]

  --format FORMAT               html (a page that needs nothing else), junit, json
                                (docs/report.schema.json), or markdown for a pull request
  -o, --output FILE             instead of standard output
${judgeHelp}`

const formats: RunFormats = [
  ['html', ({ report, examples }) => renderHtml(report, viewSamples(report, examples))],
  ['json', ({ report }) => `${JSON.stringify(report satisfies RunReport, null, 2)}\n`],
  ['junit', ({ report }) => renderJunit(report)],
  ['markdown', ({ report }) => renderMarkdown(report)],
]

/** Writes the report and gives the exit code. */
export async function runReport(args: readonly string[]): Promise<number> {
  return await writeRun(help, args, formats)
}
