// `--ledger FILE`: the ledger as JSON, replaced whole so that a reader never sees half of it.
import type { LedgerSnapshot } from '../../model/ledger-snapshot.ts'
import { OperatorError } from '../../model/operator-error.ts'
import { replaceFile } from './replaced-file.ts'

/** Writes the snapshot beside `path` and renames it into place. */
export async function writeLedgerFile(path: string, ledger: LedgerSnapshot): Promise<void> {
  try {
    await replaceFile(path, `${JSON.stringify(ledger, null, 2)}\n`)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new OperatorError(
      'ledger-file',
      `cannot write the ledger to ${path}: ${code ?? message}`,
      'give a file in a folder that exists and that this user may write to',
    )
  }
}
