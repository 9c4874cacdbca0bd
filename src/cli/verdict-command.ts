// `rehearsal verdict RUN`: whether the candidate passes, for people and for pipelines.
import { formatVerdict } from '../report/verdict-text.ts'
import { readCommandLine } from './command.ts'
import { judgeHelp, judgeOptions, readJudgedRun } from './judged-run.ts'

const help = `rehearsal verdict RUN [FLAGS]: judges what a run has counted; nothing is replayed

${judgeHelp}
Exit code 0: passed. 1: failed. 3: undecided. 2: wrong use.
`

export const verdictExitCodes = { pass: 0, fail: 1, undecided: 3 } as const

/** Prints ten lines and gives the exit code. */
export async function runVerdict(args: readonly string[]): Promise<number> {
  const line = readCommandLine(help, args, judgeOptions, { min: 1, max: 1 })
  if (line === null) return 0
  const [folder = ''] = line.words
  const { report } = await readJudgedRun(folder, line)
  process.stdout.write(`${formatVerdict(report, folder)}\n`)
  return verdictExitCodes[report.verdict]
}
