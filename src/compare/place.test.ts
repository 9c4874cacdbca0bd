import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Path, patternOf, placeOf } from './place.ts'

const places: readonly (readonly [path: Path, place: string, pattern: string])[] = [
  [[], '$', '$'],
  [['items', 3, 'price'], '$.items[3].price', '$.items[*].price'],
  [['a b', 'c.d'], "$['a b']['c.d']", "$['a b']['c.d']"],
  [['users', '1042', 'name'], "$.users['1042'].name", '$.users.{*}.name'],
  [
    ['by_id', 'ORD-20931'],
    "$.by_id['ORD-20931']".replace("['ORD-20931']", '.ORD-20931'),
    '$.by_id.{*}',
  ],
  [['items', '+k3j'], '$.items[+k3j]', '$.items[*]'],
  [['token', '~jwt', 'claims', 'sub'], '$.token.~jwt.claims.sub', '$.token.~jwt.claims.sub'],
]

for (const [path, place, pattern] of places) {
  test(`${place} is a place like ${pattern}`, () => {
    assert.equal(placeOf('$', path), place)
    assert.equal(patternOf('$', path), pattern)
  })
}

test('a place is cut where it is long', () => {
  const path = Array.from({ length: 1_000 }, () => 'name')
  assert.ok(placeOf('$', path).length < 310)
  assert.ok(patternOf('$', path).length < 310)
})
