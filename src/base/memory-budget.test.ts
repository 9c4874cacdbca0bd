import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryBudget } from './memory-budget.ts'

test('a budget gives up to its ceiling and no further', () => {
  const budget = new MemoryBudget(10)
  assert.equal(budget.take(7), true)
  assert.equal(budget.take(4), false)
  assert.equal(budget.used(), 7)
  assert.equal(budget.take(3), true)
})

test('what was given back can be taken again', () => {
  const budget = new MemoryBudget(10)
  budget.take(10)
  budget.give(6)
  assert.equal(budget.take(6), true)
  assert.equal(budget.used(), 10)
})
