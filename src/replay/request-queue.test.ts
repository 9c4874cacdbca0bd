import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { fc } from '../../test/support/properties.ts'
import { type QueuedRequest, RequestQueue } from './request-queue.ts'

function sequences(queue: RequestQueue): number[] {
  const found: number[] = []
  for (let entry = queue.oldest(); entry !== null; entry = entry.younger) {
    found.push(entry.message.sequence)
  }
  return found
}

test('a request put back is the oldest again', () => {
  const queue = new RequestQueue(1_000)
  const first = queue.append(createRequest({ sequence: 0 }), 0, 0)
  queue.append(createRequest({ sequence: 1 }), 1, 0)
  queue.remove(first)
  queue.restore(first)
  assert.deepEqual(sequences(queue), [0, 1])
})

test('whatever is appended, removed and restored, order and bytes are those of a plain list', () => {
  const step = fc.record({ action: fc.constantFrom('append', 'remove', 'restore'), at: fc.nat(50) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new RequestQueue(1_000)
      let model: QueuedRequest[] = []
      const out: QueuedRequest[] = []
      steps.forEach(({ action, at }, sequence) => {
        if (action === 'append') {
          model.push(queue.append(createRequest({ sequence }), sequence, 0))
        }
        const chosen = model[at % Math.max(1, model.length)]
        if (action === 'remove' && chosen !== undefined) {
          queue.remove(chosen)
          out.push(chosen)
          model = model.filter((entry) => entry !== chosen)
        }
        const back = action === 'restore' ? out.pop() : undefined
        if (back !== undefined) {
          queue.restore(back)
          model.unshift(back)
        }
      })
      assert.deepEqual(
        sequences(queue),
        model.map((entry) => entry.message.sequence),
      )
      const payloads = model.reduce((sum, entry) => sum + entry.message.payload.length + 512, 0)
      assert.equal(queue.bytes(), payloads)
    }),
  )
})
