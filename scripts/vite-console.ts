// How the console's pages are built: one page, one script, one style sheet, and its fonts.
import { join } from 'node:path'
import type { InlineConfig } from 'vite'

const root = join(import.meta.dirname, '../src/console/browser')

export const consolePages: InlineConfig = {
  root,
  base: './',
  configFile: false,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: join(import.meta.dirname, '../dist/console/pages'),
    emptyOutDir: true,
    target: 'es2023',
    // A page that is allowed scripts of its own files alone can hold nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
}
