import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { Queue } from './queue.ts'

test('a queue is what an array is, whatever is done to it', () => {
  const step = fc.oneof(
    fc.nat().map((item) => ({ kind: 'push' as const, item })),
    fc.nat().map((item) => ({ kind: 'unshift' as const, item })),
    fc.constant({ kind: 'shift' as const }),
    fc.constant({ kind: 'takeAll' as const }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new Queue<number>()
      const array: number[] = []
      for (const each of steps) {
        if (each.kind === 'push') {
          queue.push(each.item)
          array.push(each.item)
        } else if (each.kind === 'unshift') {
          queue.unshift(each.item)
          array.unshift(each.item)
        } else if (each.kind === 'shift') assert.equal(queue.shift(), array.shift())
        else if (steps.length > 100) assert.deepEqual(queue.takeAll(), array.splice(0))
        assert.deepEqual([...queue], array)
        assert.deepEqual(
          [queue.length, queue.first(), queue.last()],
          [array.length, array[0], array.at(-1)],
        )
      }
    }),
  )
})
