// Builds the console's pages into dist/console/pages; does nothing where they are up to date.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { consolePages } from './vite-console.ts'

const root = join(import.meta.dirname, '..')
const stampPath = join(root, 'dist/console/pages.hash')

/** Of all that the pages are made of: sources, the models they know, and versions of libraries. */
function hashSources(): string {
  const hash = createHash('sha256')
  const folders = ['src/console/browser', 'src/model']
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  files.push(join(root, 'package-lock.json'), join(root, 'scripts/vite-console.ts'))
  for (const path of files.sort()) {
    hash.update(path).update(readFileSync(path))
  }
  return hash.digest('hex')
}

const stamp = hashSources()
const isBuilt = existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp
if (!isBuilt) {
  const { build } = await import('vite')
  await build(consolePages)
  mkdirSync(join(root, 'dist/console'), { recursive: true })
  writeFileSync(stampPath, stamp)
}
