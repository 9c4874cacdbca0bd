// What the commands that write a judged run in one of several formats share.
import { OperatorError } from '../model/operator-error.ts'
import { readCommandLine, textOf } from './command.ts'
import { type JudgedRun, judgeOptions, readJudgedRun } from './judged-run.ts'
import { writeText } from './written-text.ts'

/** By the name that `--format` gives; the first is the usual one. */
export type RunFormats = readonly (readonly [name: string, render: (run: JudgedRun) => string])[]

/** Writes the run that the arguments name as they ask for it, and gives the exit code. */
export async function writeRun(
  help: string,
  args: readonly string[],
  formats: RunFormats,
): Promise<number> {
  const options = {
    ...judgeOptions,
    format: { type: 'string', short: 'f' },
    output: { type: 'string', short: 'o' },
  } as const
  const line = readCommandLine(help, args, options, { min: 1, max: 1 })
  if (line === null) return 0
  const name = textOf(line, 'format')
  const format = name === undefined ? formats[0] : formats.find(([known]) => known === name)
  if (format === undefined) {
    const known = formats.map(([name]) => name).join(', ')
    throw new OperatorError('bad-format', `there is no format '${name}'`, `write one of ${known}`)
  }
  const [, render] = format
  await writeText(textOf(line, 'output'), render(await readJudgedRun(line.words[0]!, line)))
  return 0
}
