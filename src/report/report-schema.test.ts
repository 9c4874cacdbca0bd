import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createSampleReport } from '../../test/support/sample-report.ts'
import { reportJsonSchema, reportSchema } from './report-schema.ts'

const { report } = createSampleReport()

test('a report as JSON is what its schema says', () => {
  const written = JSON.parse(JSON.stringify(report))
  assert.deepEqual(reportSchema.safeParse(written).error?.issues, undefined)
  assert.equal(reportSchema.safeParse({ ...written, more: 1 }).success, false)
  assert.equal(reportSchema.safeParse({ ...written, verdict: 'maybe' }).success, false)
})

test('docs/report.schema.json is the schema', () => {
  const path = join(import.meta.dirname, '../../docs/report.schema.json')
  const schema = JSON.parse(JSON.stringify(reportJsonSchema()))
  if (process.env.UPDATE === '1') writeFileSync(path, JSON.stringify(schema, null, 2))
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), schema)
})
