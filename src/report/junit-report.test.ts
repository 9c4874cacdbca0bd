import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SaxesParser } from 'saxes'
import { createSampleReport } from '../../test/support/sample-report.ts'
import { renderJunit } from './junit-report.ts'

test('a suite for each endpoint has a case for each finding, and gates have one of their own', () => {
  const { report } = createSampleReport()
  const text = renderJunit(report)
  assert.match(text, /<testsuites name="rehearsal" tests="13" failures="5" skipped="0">/)
  assert.match(text, /<testsuite name="GET \/search" tests="1" failures="1" skipped="0">/)
  assert.match(text, /name="\$.total value"><failure message="confirmed: 10 → 11; 21 of 150/)
  assert.match(text, /<testcase classname="GET \/users\/\{id\}" name="size"\/>/)
})

test('an endpoint without a finding has a case that says what was compared', () => {
  const { report } = createSampleReport()
  const text = renderJunit({ ...report, findings: [] })
  assert.match(text, /<testcase classname="GET \/search" name="compared"\/>/)
})

test('what is undecided is skipped, with its message', () => {
  const { report } = createSampleReport()
  const gate = { name: 'traffic', outcome: 'undecided', why: '3 exchanges' } as const
  const text = renderJunit({ ...report, gates: [gate], endpoints: [] })
  assert.match(text, /tests="1" failures="0" skipped="1"/)
  assert.match(text, /<skipped message="3 exchanges"\/>/)
})

test('it is well-formed XML, whatever was captured', () => {
  const { report } = createSampleReport()
  const why = `<&"'>\u0000\u001b\ud800\ufffe\n]]>`
  const text = renderJunit({ ...report, gates: [{ name: 'traffic', outcome: 'fail', why }] })
  const parser = new SaxesParser()
  const errors: string[] = []
  parser.on('error', (error) => errors.push(error.message))
  parser.write(text).close()
  assert.deepEqual(errors, [])
})
