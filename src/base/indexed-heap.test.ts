import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { type HeapItem, IndexedHeap } from './indexed-heap.ts'

const createItem = (wakeAt: number): HeapItem => ({ heapIndex: -1, wakeAt })

function drain(heap: IndexedHeap<HeapItem>): number[] {
  const times: number[] = []
  for (let item = heap.first(); item !== null; item = heap.first()) {
    heap.remove(item)
    times.push(item.wakeAt)
  }
  return times
}

test('whatever is added and taken out, what is left comes in order', () => {
  const steps = fc.array(fc.record({ wakeAt: fc.nat(20), removed: fc.boolean() }))
  fc.assert(
    fc.property(steps, (added) => {
      const heap = new IndexedHeap<HeapItem>()
      const items = added.map(({ wakeAt }) => createItem(wakeAt))
      for (const item of items) heap.add(item)
      added.forEach(({ removed }, index) => {
        if (removed) heap.remove(items[index]!)
      })
      const left = added.filter(({ removed }) => !removed).map(({ wakeAt }) => wakeAt)
      assert.deepEqual(
        drain(heap),
        left.sort((a, b) => a - b),
      )
      assert.ok(items.every(({ heapIndex }) => heapIndex === -1))
    }),
  )
})

test('taking out what is in no heap changes nothing', () => {
  const heap = new IndexedHeap<HeapItem>()
  heap.add(createItem(1))
  heap.remove(createItem(0))
  assert.deepEqual(drain(heap), [1])
})
