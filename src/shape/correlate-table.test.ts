import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CorrelationReport } from './correlate-report.ts'
import { CorrelationTable } from './correlate-table.ts'

const producer = new CorrelationReport(() => '').producer('GET / json $.id')

function pair(substitute: string, isCertain = true) {
  return { substitute, isCertain, scope: null, producer }
}

test('what is learnt is found, and what is learnt later replaces it', () => {
  const table = new CorrelationTable({ pairsMax: 10, expiry: 100 })
  assert.equal(table.find('a', 0), null)
  assert.equal(table.learn('a', pair('b'), 0), 'new')
  assert.equal(table.learn('a', pair('b'), 0), 'same')
  assert.equal(table.learn('a', pair('c'), 0), 'changed')
  assert.equal(table.find('a', 0)?.substitute, 'c')
})

test('what is only listed does not replace what was handed out', () => {
  const table = new CorrelationTable({ pairsMax: 10, expiry: 100 })
  table.learn('a', pair('b', false), 0)
  assert.equal(table.learn('a', pair('c', false), 0), 'changed')
  assert.equal(table.learn('a', pair('d'), 0), 'changed')
  assert.equal(table.learn('a', pair('e', false), 0), 'kept')
  assert.equal(table.find('a', 0)?.substitute, 'd')
})

test('the pair that was longest without use goes first', () => {
  const table = new CorrelationTable({ pairsMax: 2, expiry: 1_600 })
  table.learn('a', pair('1'), 0)
  table.learn('b', pair('2'), 1)
  assert.equal(table.find('a', 200)?.substitute, '1')
  table.learn('c', pair('3'), 201)
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => table.find(key, 201)?.substitute),
    ['1', undefined, '3'],
  )
  assert.deepEqual([table.size(), table.evicted(), table.expired()], [2, 1, 0])
})

test('a pair without use expires', () => {
  const table = new CorrelationTable({ pairsMax: 10, expiry: 100 })
  table.learn('a', pair('1'), 0)
  table.learn('b', pair('2'), 0)
  assert.equal(table.find('a', 100)?.substitute, '1')
  assert.equal(table.find('b', 101), null)
  table.learn('c', pair('3'), 300)
  assert.deepEqual([table.size(), table.expired()], [1, 2])
})

test('a pair that turned out to be none is let go of', () => {
  const table = new CorrelationTable({ pairsMax: 10, expiry: 100 })
  table.learn('a', pair('1'), 0)
  for (const key of ['a', 'b']) table.forget(key)
  assert.equal(table.find('a', 0), null)
  assert.equal(table.size(), 0)
})

test('long values are bounded in bytes', () => {
  const table = new CorrelationTable({ pairsMax: 1_000_000, expiry: 100 })
  const long = 'x'.repeat(1_000_000)
  for (let index = 0; index < 200; index++) table.learn(`${index}${long}`, pair('1'), 0)
  assert.ok(table.size() < 140)
})
