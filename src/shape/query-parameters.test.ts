import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readParameter, setParameter } from './query-parameters.ts'

const cases: [target: string, value: string | null, set: string][] = [
  ['/a', null, '/a?id=7'],
  ['/a?', null, '/a?&id=7'],
  ['/a?b=c', null, '/a?b=c&id=7'],
  ['/a?id=1', '1', '/a?id=7'],
  ['/a?b=c&id=%20&id=2', '%20', '/a?b=c&id=7&id=2'],
  ['/a?id=', '', '/a?id=7'],
  ['/a?xid=1', null, '/a?xid=1&id=7'],
  ['/id=1', null, '/id=1?id=7'],
]

for (const [target, value, set] of cases) {
  test(`${target} holds ${value}, and set to 7 it is ${set}`, () => {
    assert.equal(readParameter(target, 'id'), value)
    assert.equal(setParameter(target, 'id', '7'), set)
  })
}
