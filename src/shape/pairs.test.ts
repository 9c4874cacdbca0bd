import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeParameter, mapCookies, mapParameters, mapQuery, mapSetCookie } from './pairs.ts'

/** Replaces the value of `a`, and takes `gone` out. */
const map = (name: string, value: string) => {
  if (name === 'gone') return null
  return name === 'a' ? `<${value}>` : value
}

const cases = [
  [mapParameters, 'a=1&b=2&a=3&&c&=4', 'a=<1>&b=2&a=<3>&&c&=4'],
  [mapParameters, 'gone=1', ''],
  [mapParameters, 'b=%20&gone=1&c=a=b', 'b=%20&c=a=b'],
  [mapCookies, 'b=1; a=2 ;a="3";c', 'b=1; a=<2> ;a=<"3">;c'],
  [mapCookies, 'gone=1; b=2', 'b=2'],
  [mapSetCookie, 'a=1; Path=/; a=2', 'a=<1>; Path=/; a=2'],
  [mapSetCookie, 'a=', 'a=<>'],
  [mapSetCookie, 'gone=1; Path=/', null],
  [mapQuery, '/p?a=1&b#a=2', '/p?a=<1>&b#a=2'],
  [mapQuery, '/p?gone=1', '/p'],
  [mapQuery, '/p?', '/p?'],
  [mapQuery, '/a=1', '/a=1'],
] as const

for (const [mapPairs, before, after] of cases) {
  test(`${mapPairs.name} makes ${JSON.stringify(after)} of ${before}`, () => {
    assert.equal(mapPairs(before, map), after)
    assert.equal(
      mapPairs(before, (_, value) => value),
      before,
    )
  })
}

test('a parameter is decoded where it is encoded well', () => {
  assert.equal(decodeParameter('a%2Bb+c%C3%A4'), 'a+b cä')
  assert.equal(decodeParameter('100%'), '100%')
})
