import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExchangeId } from '../../model/message.ts'
import { askingRank } from './asking-order.ts'

const roles = ['candidate', 'baseline', 'baseline2'] as const
const requests = Array.from({ length: 6_000 }, (_, number) => `5f3a9c01${number}` as ExchangeId)

test('each is asked first, second and third as often as the others', () => {
  for (const role of roles) {
    for (const rank of [0, 1, 2]) {
      const times = requests.filter((request) => askingRank(request, role) === rank).length
      assert.ok(Math.abs(times - 2_000) < 150, `${role} is ${rank} ${times} times`)
    }
  }
})

test('each pair is asked in either order as often', () => {
  for (const other of ['baseline', 'baseline2'] as const) {
    const before = requests.filter((id) => askingRank(id, 'candidate') < askingRank(id, other))
    assert.ok(Math.abs(before.length - 3_000) < 150, `before ${other} ${before.length} times`)
  }
})
