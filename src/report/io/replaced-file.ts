// A file that is replaced whole, so that a reader never sees half of it.
import { rename, rm, writeFile } from 'node:fs/promises'

/** Writes the text beside `path` and renames it into place; fails as the file system does. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeFile(temporary, text)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}
