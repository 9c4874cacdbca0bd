// The bytes of recordings, from files that a pattern names.
import { createReadStream, existsSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { OperatorError } from '../../model/operator-error.ts'
import type { Recording } from '../merged-recordings.ts'
import { decompress } from './compression.ts'

const pieceBytes = 256 * 1024

/** The files that `pattern` names, in order of name; none is an operator error. */
export async function findRecordings(pattern: string): Promise<Recording[]> {
  const paths: string[] = existsSync(pattern) ? [pattern] : []
  if (paths.length === 0) for await (const path of glob(pattern)) paths.push(path)
  if (paths.length === 0) {
    throw new OperatorError(
      'no-recording',
      `there is no file '${pattern}'`,
      `give a file or a pattern in quotes: --input-file "requests_*.gor"`,
    )
  }
  return paths.sort().map((path) => ({ read: () => readFile(path) }))
}

async function* readFile(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: pieceBytes })
  try {
    yield* decompress(path, file)
  } catch (error) {
    if (error instanceof OperatorError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    throw new OperatorError(
      'bad-recording',
      `cannot read ${path}: ${code ?? message}`,
      'give a .gor file that this user may read, or a .gz or .zst of one',
    )
  }
}
