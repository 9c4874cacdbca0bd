import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onlyOnce } from './only-once.ts'

test('the same texts are told once, and in a run of many the first hundred', () => {
  const told: string[] = []
  const tell = onlyOnce((host: string, why: string) => void told.push(`${host}: ${why}`))
  tell('a', 'expired')
  tell('a', 'expired')
  tell('b', 'expired')
  assert.deepEqual(told, ['a: expired', 'b: expired'])
  for (let index = 0; index < 200; index++) tell('c', `${index}`)
  assert.equal(told.length, 100)
})
