// Folders with those above them: Node's own recursive way never comes back where a file system such
// as /proc says of every folder to be made that it is not there.

/** What is needed of `node:fs/promises`. */
export interface FolderFiles {
  stat(path: string): Promise<{ isDirectory(): boolean }>
  mkdir(path: string): Promise<unknown>
}

/** Makes the folder and the missing ones above it; rejects as `mkdir` does where it cannot. */
export async function makeFolder(path: string, files: FolderFiles): Promise<void> {
  const isThere = async (folder: string) =>
    await files.stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    )
  if (await isThere(path)) return
  const names = path.split('/')
  for (let depth = 1; depth <= names.length; depth++) {
    const folder = names.slice(0, depth).join('/') || '/'
    if (await isThere(folder)) continue
    try {
      await files.mkdir(folder)
    } catch (error) {
      // Another program may have made it meanwhile.
      if (!(await isThere(folder))) throw error
    }
  }
}
