// Where the text of a command goes: to a file that is replaced whole, or to standard output.
import { OperatorError } from '../model/operator-error.ts'
import { replaceFile } from '../report/io/replaced-file.ts'

export async function writeText(path: string | undefined, text: string): Promise<void> {
  if (path === undefined || path === '-') {
    await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()))
    return
  }
  try {
    await replaceFile(path, text)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new OperatorError(
      'bad-output',
      `${path} cannot be written: ${code ?? message}`,
      'name a file in a folder that can be written to',
    )
  }
}
