import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { SlotList } from './slot-list.ts'

/** All slots, oldest first; empties the list. */
function drain(list: SlotList): number[] {
  const slots: number[] = []
  for (let slot = list.oldest(); slot !== -1; slot = list.oldest()) {
    slots.push(slot)
    list.remove(slot)
  }
  return slots
}

test('the oldest is the one that was neither added nor touched for longest', () => {
  const list = new SlotList()
  for (const slot of [4, 0, 2, 1]) list.add(slot)
  list.touch(4)
  list.touch(4)
  list.remove(2)
  assert.equal(list.size(), 3)
  assert.deepEqual(drain(list), [0, 1, 4])
  assert.equal(list.size(), 0)
})

test('the order outlives growth, and any can still leave', () => {
  const list = new SlotList()
  for (let slot = 0; slot < 2_000; slot++) list.add(slot)
  for (let slot = 1_999; slot >= 0; slot--) if (slot % 500 !== 7) list.remove(slot)
  assert.deepEqual(drain(list), [7, 507, 1_007, 1_507])
})

test('whatever is added, touched and removed, the order is that of a set', () => {
  const actions = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 20 })))
  fc.assert(
    fc.property(actions, fc.nat(5_000), (taken, offset) => {
      const list = new SlotList()
      const model = new Set<number>()
      for (const [remove, number] of taken) {
        const slot = offset + number
        if (!model.has(slot)) list.add(slot)
        else if (remove) list.remove(slot)
        else list.touch(slot)
        const isRemoved = model.delete(slot) && remove
        if (!isRemoved) model.add(slot)
        assert.equal(list.size(), model.size)
        assert.equal(list.oldest(), [...model][0] ?? -1)
      }
      assert.deepEqual(drain(list), [...model])
    }),
  )
})
