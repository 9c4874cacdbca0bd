import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeFeature, type FeatureCounts, findCommonFeature } from './common-feature.ts'

function checkCommon(
  given: Omit<FeatureCounts, 'path'> & Partial<FeatureCounts>,
  expected: string | null,
): void {
  const counts = { path: '$.total', ...given }
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

test('of several the one that tells best is named', () => {
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

test('a feature of nearly all exchanges, or one that seldom goes with it, is not named', () => {
  const shown = { exchanges: 266, shown: 170, among: { 'query.lang=de': 170 } }
  checkCommon({ ...shown, all: { 'query.lang=de': 220 } }, null)
  const some = { exchanges: 200, shown: 30, among: { 'query.lang=de': 30 } }
  checkCommon({ ...some, all: { 'query.lang=de': 110 } }, null)
})

test('a mark of every answer that is no error is not named', () => {
  const counts = { exchanges: 266, shown: 90 }
  const all = { 'status=200': 100, 'answer.weight.unit=g': 100, 'answer.kind=lamp': 92 }
  const among = { 'status=200': 90, 'answer.weight.unit=g': 90 }
  checkCommon({ ...counts, all, among }, 'status=200 (90 of 100 with it, 0 of 166 without)')
  const most = { ...all, 'status=200': 260, 'answer.weight.unit=g': 250 }
  checkCommon({ ...counts, all: most, among }, null)
})

test('what the request has is named before what the answer has', () => {
  checkCommon(
    {
      exchanges: 300,
      shown: 60,
      all: { 'status=200': 280, 'answer.tax=19': 60, 'header.x-tenant=acme': 90 },
      among: { 'status=200': 60, 'answer.tax=19': 60, 'header.x-tenant=acme': 60 },
    },
    'header.x-tenant=acme (60 of 90 with it, 0 of 210 without)',
  )
})

test('what the finding says itself is not named', () => {
  const counts = { exchanges: 300, shown: 40 }
  const named = { 'answer.items.state=paid': 40, 'answer.items.step=7': 44 }
  const among = { 'answer.items.state=paid': 40, 'answer.items.step=7': 40 }
  checkCommon(
    { ...counts, path: '$.items[*].state', all: named, among },
    'answer.items.step=7 (40 of 44 with it, 0 of 256 without)',
  )
  checkCommon(
    { ...counts, path: 'status', all: { 'status=404': 40 }, among: { 'status=404': 40 } },
    null,
  )
})

test('of answers that tell as well the one beside the place is named', () => {
  const all = { 'answer.discount.currency=JPY': 77, 'answer.total.currency=JPY': 77 }
  const among = { 'answer.discount.currency=JPY': 72, 'answer.total.currency=JPY': 72 }
  checkCommon(
    { path: '$.total.amount', exchanges: 239, shown: 72, all, among },
    'answer.total.currency=JPY (72 of 77 with it, 0 of 162 without)',
  )
})

test('of something rare it is enough that all of it is in few', () => {
  const rare = { exchanges: 3_000, shown: 20, among: { 'header.x-tenant=acme': 20 } }
  checkCommon(
    { ...rare, all: { 'header.x-tenant=acme': 600 } },
    'header.x-tenant=acme (20 of 600 with it, 0 of 2400 without)',
  )
})
