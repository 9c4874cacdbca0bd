import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IssuedValues, mayBeIssued } from './correlate-issued-values.ts'

const at = { position: 'p', kinds: [''], inBody: true, inList: false, beside: null }

test('a name says which values may be issued under it', () => {
  const values = ['7', 'ord_1007', 'a1b2c3d4', 'xKqPzWrT', 'shipped']
  const allowed = (isId: boolean, isToken: boolean) =>
    values.filter((value) => mayBeIssued(value, isId, isToken))
  assert.deepEqual(allowed(false, false), ['a1b2c3d4'])
  assert.deepEqual(allowed(true, false), ['7', 'ord_1007', 'a1b2c3d4'])
  assert.deepEqual(allowed(true, true), ['7', 'ord_1007', 'a1b2c3d4', 'xKqPzWrT'])
})

test('only integers have a kind, and only what is no integer can be a token', () => {
  const issued = new IssuedValues()
  assert.equal(issued.offer('session_id', '7', at), true)
  assert.equal(issued.offer('session_id', 'a1b2c3d4', at), true)
  assert.equal(issued.offer('state', 'shipped', at), false)
  assert.deepEqual(
    issued.values.map(({ kinds, isToken }) => [kinds, isToken]),
    [
      [[''], false],
      [null, true],
    ],
  )
  assert.equal(issued.sessionKey, 'a1b2c3d4')
})

test('a URL that is too long, and values beyond the ceiling, are left out', () => {
  const issued = new IssuedValues()
  const context = { inBody: true, inList: false, beside: null }
  issued.addUrl(`/orders/7?${'x'.repeat(3_000)}`, 'json', context)
  assert.equal(issued.values.length, 0)
  for (let index = 0; index < 20_000; index++) issued.offer('id', String(index), at)
  assert.equal(issued.values.length, 10_000)
})

test('dates are no evidence', () => {
  const issued = new IssuedValues()
  issued.addPlain('at', '2026-01-02T03:04:05Z')
  issued.addPlain('name', 'Lamp')
  assert.deepEqual(issued.plains, ['name:Lamp'])
})
