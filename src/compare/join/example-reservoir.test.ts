import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChange, createComparison, createNoise } from '../../../test/support/comparisons.ts'
import { createRandom } from '../../base/seeded-random.ts'
import { ExampleReservoir } from './example-reservoir.ts'

const change = createComparison({ attributions: [createChange()] })

test('of exchanges that differ alike the first stay, and the others are as likely as another', () => {
  const kept = new Array<number>(100).fill(0)
  for (let run = 0; run < 2_000; run++) {
    const reservoir = new ExampleReservoir(createRandom(run))
    const slots = new Map<number, number>()
    for (let index = 0; index < 100; index++) {
      const decision = reservoir.offer(change)
      if (decision !== null) slots.set(decision.slot, index)
    }
    assert.equal(slots.size, 10)
    for (const index of slots.values()) kept[index]! += 1
  }
  assert.deepEqual(kept.slice(0, 3), [2_000, 2_000, 2_000])
  for (const count of kept.slice(3)) assert.ok(count > 90 && count < 200, `${count} of 2000`)
})

test('answers that do not differ are kept three times, and other differences have their own', () => {
  const reservoir = new ExampleReservoir(() => 0.999)
  const offer = (comparison: Parameters<ExampleReservoir['offer']>[0]) =>
    Array.from({ length: 20 }, () => reservoir.offer(comparison)).filter((each) => each !== null)
  assert.equal(offer(createComparison()).length, 3)
  assert.equal(offer(change).length, 10)
  const other = createComparison({ attributions: [createChange({ path: '$.name' })] })
  assert.equal(offer(other)[0]?.signature, 'GET /orders/{id} changed; value $.name')
})

test('how answers came makes no group of its own', () => {
  const date = createNoise({ path: 'header.date', kind: 'header', rule: 'header', holds: true })
  const comparison = createComparison({ attributions: [date], label: 'same' })
  const decision = new ExampleReservoir(() => 0).offer(comparison)
  assert.equal(decision?.signature, 'GET /orders/{id} same')
})
