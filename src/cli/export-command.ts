// `rehearsal export RUN -o FOLDER`: the run as Parquet files.
import { OperatorError } from '../model/operator-error.ts'
import { exportRun } from '../store/io/run-export.ts'
import { readCommandLine, textOf } from './command.ts'

const help = `rehearsal export RUN -o FOLDER

Writes endpoints.parquet, paths.parquet and exchanges.parquet.
`

/** Writes the files, prints their names and gives the exit code. */
export async function runExport(args: readonly string[]): Promise<number> {
  const options = { output: { type: 'string', short: 'o' } } as const
  const line = readCommandLine(help, args, options, { min: 1, max: 1 })
  if (line === null) return 0
  const output = textOf(line, 'output')
  if (output === undefined) {
    throw new OperatorError('no-output', 'there is no folder to export to', 'add -o FOLDER')
  }
  for (const path of await exportRun(line.words[0]!, output)) process.stdout.write(`${path}\n`)
  return 0
}
