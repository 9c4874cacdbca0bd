import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SlotList } from './slot-list.ts'

test('the oldest is the one that was neither added nor touched for longest', () => {
  const list = new SlotList()
  assert.equal(list.oldest(), -1)
  for (const slot of [7, 3, 5]) list.add(slot)
  assert.equal(list.oldest(), 7)
  list.touch(7)
  assert.equal(list.oldest(), 3)
  list.remove(3)
  assert.equal(list.oldest(), 5)
  list.touch(7)
  list.remove(7)
  assert.equal(list.oldest(), 5)
  list.remove(5)
  assert.equal(list.oldest(), -1)
  assert.equal(list.size(), 0)
})

test('whatever is added, touched and removed, the order is that of a map', () => {
  // Large slots make the list grow.
  const slots = fc.oneof(fc.nat(5), fc.nat(5_000))
  const action = fc.record({ removes: fc.boolean(), slot: slots })
  fc.assert(
    fc.property(fc.array(action, { maxLength: 100 }), (actions) => {
      const list = new SlotList()
      // A map keeps the order of insertion.
      const model = new Map<number, true>()
      for (const { removes, slot } of actions) {
        const known = model.delete(slot)
        if (!removes) model.set(slot, true)
        if (known && removes) list.remove(slot)
        else if (known) list.touch(slot)
        else if (!removes) list.add(slot)
        assert.equal(list.size(), model.size)
        assert.equal(list.oldest(), [...model.keys()][0] ?? -1)
      }
      for (const slot of model.keys()) {
        assert.equal(list.oldest(), slot)
        list.remove(slot)
      }
      assert.equal(list.oldest(), -1)
    }),
  )
})
