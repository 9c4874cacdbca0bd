import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { outputDropReasons, sourceDropReasons } from './metric-reasons.ts'

test('every reason of the metrics is explained in docs/ledger.md, and every one there is told', () => {
  const path = new URL('../../docs/ledger.md', import.meta.url)
  const [, atSources = '', atOutputs = ''] = readFileSync(path, 'utf8').split('\n## ')
  assert.deepEqual(sourceDropReasons.toSorted(), listReasons(atSources))
  assert.deepEqual(outputDropReasons.toSorted(), listReasons(atOutputs))
})

/** Of the rows of a table, what stands between backquotes in the first column. */
function listReasons(section: string): readonly string[] {
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...line.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!))
    .toSorted()
}
