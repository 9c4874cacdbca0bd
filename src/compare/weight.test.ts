import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Label, Weight } from '../model/comparison.ts'
import { plain } from './answer-differences.ts'
import { confidenceOf, weighAdvice, weighChange } from './weight.ts'

const value = plain('$.a', 'value', 'a', 'b', 'word')
const via = plain('header.via', 'header-missing', 'a', null, 'word')

const changes: readonly (readonly [label: Label, holds: boolean, weight: Weight])[] = [
  ['changed', false, 'fail'],
  ['changed-agrees-with-production', false, 'warn'],
  ['changed-under-drift', false, 'check'],
  ['unstable', true, 'none'],
  ['unstable', false, 'check'],
  ['drift', true, 'none'],
]

for (const [label, holds, weight] of changes) {
  test(`${label} that ${holds ? 'holds' : 'breaks'} its rule weighs ${weight}`, () => {
    assert.equal(weighChange(label, value, holds), weight)
  })
}

test('new headers, and values of headers that are not compared in full, warn', () => {
  const extra = plain('header.x-new', 'header-extra', null, '1', 'word')
  const hint = plain('header.x-version', 'header', '1.0', '1.1', 'version')
  assert.equal(weighChange('changed', extra, false), 'warn')
  assert.equal(weighChange('changed', { ...hint, rule: 'header' }, false), 'warn')
  assert.equal(
    weighChange('changed', plain('header.allow', 'header-extra', null, 'GET', 'word'), false),
    'fail',
  )
})

test('headers of transport warn at most, and failures are checked', () => {
  assert.equal(weighChange('changed', via, false), 'warn')
  const failed = plain('answer', 'failed', 'answered', 'timeout', 'word')
  assert.equal(weighChange('changed', failed, false), 'check')
})

const advice: readonly (readonly [difference: typeof value, weight: Weight])[] = [
  [value, 'advice'],
  [via, 'none'],
  [plain('header.x-a', 'header-missing', 'a', null, 'word'), 'warn'],
  [plain('status', 'status', '200', '500', 'integer'), 'fail'],
  [plain('status', 'status', '200', '404', 'integer'), 'check'],
  [plain('$.a', 'missing', 'a', null, 'word'), 'fail'],
  [plain('body', 'encoding', 'gzip', 'none', 'word'), 'none'],
  [{ ...plain('$.a', 'type', 'a', 'null', 'word'), toClass: 'null' }, 'check'],
]

for (const [difference, weight] of advice) {
  test(`with production alone ${difference.path} ${difference.kind} ${difference.to} weighs ${weight}`, () => {
    assert.equal(weighAdvice(difference), weight)
  })
}

test('confidence is between 0 and 1, and higher where a rule is broken', () => {
  const plainAdvice = confidenceOf('changed', value, 'advice')
  const broken = confidenceOf('changed', { ...value, rule: 'alias', holds: false }, 'advice')
  assert.ok(plainAdvice > 0 && plainAdvice < broken && broken < 1)
  assert.equal(confidenceOf('drift', value, 'none'), 0)
})
