// A folder of our own under the system's temporary one, gone when the program is.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder extends Disposable {
  readonly path: string
}

const folders = new Set<string>()

process.on('exit', () => {
  for (const path of folders) rmSync(path, { recursive: true, force: true })
})

/** Deleted when disposed of, or else when the process exits. */
export function createTemporaryFolder(name: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `rehearsal-${name}-`))
  folders.add(path)
  return {
    path,
    [Symbol.dispose]: () => {
      folders.delete(path)
      rmSync(path, { recursive: true, force: true })
    },
  }
}
