import assert from 'node:assert/strict'
import { test } from 'node:test'
import { migrationSteps, runMigrations, runTablesVersion } from './run-tables.ts'

test('every version has its step', () => {
  const versions = Array.from({ length: runTablesVersion }, (_, index) => index + 1)
  assert.deepEqual([...runMigrations.keys()], versions)
})

test('tables are brought up version by version, and each step says so', () => {
  const migrations = new Map([
    [1, ['one']],
    [2, ['two', 'and two']],
    [3, ['three']],
  ])
  assert.deepEqual(migrationSteps(0, 1, migrations), ['one'])
  assert.deepEqual(migrationSteps(1, 3, migrations), [
    'two',
    'and two',
    'update run set version = 2',
    'three',
    'update run set version = 3',
  ])
  assert.deepEqual(migrationSteps(3, 3, migrations), [])
})
