// Where the console's built pages are: in what is published, or built anew in a checkout.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Asset } from '../console/api.ts'
import { readPageFiles } from '../console/io/page-files.ts'
import { OperatorError } from '../model/operator-error.ts'

/** A lookup of the pages' files; fails with an operator error where they cannot be had. */
export function openConsolePages(): (path: string) => Asset | null {
  const isCheckout = import.meta.url.endsWith('.ts')
  if (!isCheckout) return readPageFiles(fileURLToPath(new URL('../console/pages', import.meta.url)))
  buildPages()
  return readPageFiles(fileURLToPath(new URL('../../dist/console/pages', import.meta.url)))
}

/** Takes no time where they are up to date. */
function buildPages(): void {
  const script = fileURLToPath(new URL('../../scripts/build-console.ts', import.meta.url))
  if (!existsSync(script)) return
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' })
  if (status === 0) return
  throw new OperatorError(
    'no-pages',
    `the console's pages cannot be built: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    'run npm ci in the checkout, and npm run build:console to see why',
  )
}
