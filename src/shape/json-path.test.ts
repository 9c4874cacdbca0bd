import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAtPath, parseJsonPath } from './json-path.ts'

const cases: readonly (readonly [path: string, at: readonly (string | number)[], is: boolean])[] = [
  ['$.password', ['password'], true],
  ['$.password', ['user', 'password'], false],
  ['$.user.password', ['user', 'password'], true],
  ['$.user', ['user', 'password'], true],
  ['$.items[*].card', ['items', 3, 'card'], true],
  ['$.items[2].card', ['items', 3, 'card'], false],
  ['$.items.*.card', ['items', 3, 'card'], true],
  [`$['a b']["c.d"]`, ['a b', 'c.d'], true],
  ['$..token', ['token'], true],
  ['$..token', ['a', 0, 'b', 'token'], true],
  ['$..token', ['a', 'tokens'], false],
  ['$..a..b', ['x', 'a', 'y', 'b'], true],
  ['$..a..b', ['x', 'b', 'a'], false],
  ['$..[0]', ['a', 0], true],
  ['$..*', ['a'], true],
  ['$[0]', [0], true],
  ['$[0]', ['0'], false],
  ['$', ['a'], true],
  ['$', [], true],
  ['$.ä', ['\xc3\xa4'], true],
]

for (const [path, at, is] of cases) {
  test(`${path} ${is ? 'names' : 'does not name'} ${JSON.stringify(at)}`, () => {
    assert.equal(isAtPath(parseJsonPath(path)!, at, at.length), is)
  })
}

for (const bad of ['', 'password', '$.', '$..', '$.a..', '$[', '$[a]', '$.a b', '$a', '$...a']) {
  test(`'${bad}' is no path`, () => assert.equal(parseJsonPath(bad), null))
}

test('the last name of a path stands in every text that holds such a value', () => {
  assert.equal(parseJsonPath('$.a.b[*]')!.needle, 'b')
  assert.equal(parseJsonPath('$[*][0]')!.needle, null)
})
