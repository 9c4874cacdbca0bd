import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReport } from '../../test/support/capacity.ts'
import { capacitySchema, findReportFault } from './capacity-schema.ts'

test('a report that was written as JSON is of the shape that its schema tells', () => {
  const report = JSON.parse(JSON.stringify(createReport()))
  assert.equal(findReportFault(report), null)
})

test('what is no report is told by what is wrong with it', () => {
  const { candidate, ...report } = createReport()
  assert.match(findReportFault(report)!, /candidate/)
  const answer = { ...candidate.answer, kind: 'perhaps' }
  assert.match(findReportFault({ ...report, candidate: { ...candidate, answer } })!, /kind/)
})

test('the schema is JSON Schema, and names every part of a report', () => {
  const schema = capacitySchema() as { $schema: string; properties: object; required: string[] }
  assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema')
  const parts = Object.keys(createReport()).toSorted()
  assert.deepEqual(Object.keys(schema.properties).toSorted(), parts)
  // Reports of older versions are without it.
  assert.deepEqual(
    schema.required.toSorted(),
    parts.filter((part) => part !== 'generator'),
  )
})
