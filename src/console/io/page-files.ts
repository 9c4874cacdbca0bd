// The built pages, read once.
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { OperatorError } from '../../model/operator-error.ts'
import type { Asset } from '../api.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** A lookup by path, as `/index.html`; fails with an operator error where nothing is built. */
export function readPageFiles(folder: string): (path: string) => Asset | null {
  const files = new Map<string, Asset>()
  for (const name of listFiles(folder)) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const bytes = new Uint8Array(readFileSync(join(folder, name)))
    files.set(`/${name}`, { bytes, type, immutable: name.startsWith('assets/') })
  }
  return (path) => files.get(path) ?? null
}

function listFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true }).map(String)
  } catch {
    throw new OperatorError(
      'no-pages',
      `the console's pages are not in ${folder}`,
      'run npm ci and then npm run build:console in the checkout',
    )
  }
}
