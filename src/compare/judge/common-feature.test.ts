import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeFeature, type FeatureCounts, findCommonFeature } from './common-feature.ts'

function checkCommon(counts: FeatureCounts, expected: string | null): void {
  const found = findCommonFeature(counts)
  assert.equal(found === null ? null : describeFeature(found, counts.exchanges), expected)
}

test('a feature that those have and others have not is named, with its numbers', () => {
  checkCommon(
    {
      exchanges: 100,
      shown: 12,
      all: { 'query.currency=JPY': 13, 'query.page=1': 80 },
      among: { 'query.currency=JPY': 12, 'query.page=1': 11 },
    },
    'query.currency=JPY (12 of 13 with it, 0 of 87 without)',
  )
})

test('of several the narrowest is named', () => {
  checkCommon(
    {
      exchanges: 1_000,
      shown: 20,
      all: { 'header.x-tenant=acme': 100, 'query.currency=JPY': 25 },
      among: { 'header.x-tenant=acme': 20, 'query.currency=JPY': 20 },
    },
    'query.currency=JPY (20 of 25 with it, 0 of 975 without)',
  )
})

test('what all have, what few have, and what could be chance is not', () => {
  checkCommon({ exchanges: 100, shown: 12, all: { a: 100 }, among: { a: 12 } }, null)
  checkCommon({ exchanges: 100, shown: 12, all: { a: 6 }, among: { a: 6 } }, null)
  checkCommon({ exchanges: 100, shown: 3, all: { a: 20 }, among: { a: 3 } }, null)
  checkCommon({ exchanges: 100, shown: 2, all: { a: 2 }, among: { a: 2 } }, null)
  checkCommon({ exchanges: 100, shown: 100, all: { a: 50 }, among: { a: 50 } }, null)
})
