import assert from 'node:assert/strict'
import { test } from 'node:test'
import { threadEntry } from './thread-entry.ts'

test('the program of a thread stands beside the module that starts it, compiled or not', () => {
  const source = threadEntry('sink-thread', 'file:///app/src/cli/check.ts')
  assert.equal(source.href, 'file:///app/src/cli/sink-thread.ts')
  const compiled = threadEntry('sink-thread', 'file:///app/dist/cli/check.js')
  assert.equal(compiled.href, 'file:///app/dist/cli/sink-thread.js')
})
