import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryBudget } from '../../base/memory-budget.ts'
import { MessageStore } from './message-store.ts'

test('pieces are put together in order, and handed out once', () => {
  const store = new MessageStore(new MemoryBudget(10_000))
  const bytes = Buffer.from('abcdef')
  assert.equal(store.append(bytes, 1, 3, 100), true)
  assert.equal(store.append(bytes, 0, 6, 100), true)
  assert.equal(Buffer.from(store.take()).toString(), 'bcabcdef')
  assert.equal(store.length(), 0)
})

test('what was handed out is not written over by what comes next', () => {
  const store = new MessageStore(new MemoryBudget(10_000))
  store.append(Buffer.from('first'), 0, 5, 100)
  const first = store.take()
  store.append(Buffer.from('other'), 0, 5, 100)
  assert.equal(Buffer.from(first).toString(), 'first')
})

test('a refused piece leaves everything as it was', () => {
  const budget = new MemoryBudget(600)
  const store = new MessageStore(budget)
  store.append(new Uint8Array(500), 0, 500, 2_000)
  assert.equal(store.append(new Uint8Array(500), 0, 500, 2_000), false)
  assert.deepEqual([store.length(), store.takenBytes(), budget.used()], [500, 512, 512])
  store.clear()
  assert.equal(budget.used(), 0)
})

test('capacity doubles, and stops at the most that is needed', () => {
  const store = new MessageStore(new MemoryBudget(10_000))
  const capacities = new Set<number>()
  for (let index = 0; index < 1_500; index++) {
    store.append(Buffer.from('x'), 0, 1, 1_500)
    capacities.add(store.takenBytes())
  }
  assert.deepEqual([...capacities], [512, 1_024, 1_500])
})
