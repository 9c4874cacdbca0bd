// `--ledger FILE`: the ledger as JSON, replaced whole so that a reader never sees half of it.
import { rename, rm, writeFile } from 'node:fs/promises'
import type { LedgerSnapshot } from '../../model/ledger-snapshot.ts'
import { OperatorError } from '../../model/operator-error.ts'

/** Writes the snapshot beside `path` and renames it into place. */
export async function writeLedgerFile(path: string, ledger: LedgerSnapshot): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeFile(temporary, `${JSON.stringify(ledger, null, 2)}\n`)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    const { code, message } = error as NodeJS.ErrnoException
    throw new OperatorError(
      'ledger-file',
      `cannot write the ledger to ${path}: ${code ?? message}`,
      'give a file in a folder that exists and that this user may write to',
    )
  }
}
