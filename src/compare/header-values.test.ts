import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOfPlatform, isOfTransport, isValidator, readHeaderValue } from './header-values.ts'
import { isEqual } from './node.ts'

const same: readonly (readonly [name: string, one: string, other: string])[] = [
  ['content-type', 'text/html;charset=UTF-8', 'Text/HTML; charset="utf-8"'],
  ['content-type', 'multipart/mixed; boundary=a', 'multipart/mixed; boundary=b'],
  ['cache-control', 'no-cache, max-age=60', 'Max-Age=60,  no-cache'],
  ['set-cookie', 'a=1; Path=/; Secure\nb=2', 'b=2\na=1; secure; path=/'],
  ['link', '</p?2>; rel="next", </p?9>; rel=last', '</p?9>; rel="last",</p?2>; rel="next"'],
  ['allow', 'GET, POST', 'POST,GET'],
]

for (const [name, one, other] of same) {
  test(`${name}: ${JSON.stringify(one)} says the same as ${JSON.stringify(other)}`, () => {
    assert.ok(isEqual(readHeaderValue(name, one), readHeaderValue(name, other)))
  })
}

const different: readonly (readonly [name: string, one: string, other: string])[] = [
  ['content-type', 'text/html; charset=utf-8', 'text/html'],
  ['cache-control', 'max-age=60', 'max-age=61'],
  ['set-cookie', 'a=1; Path=/; HttpOnly', 'a=1; Path=/'],
  ['location', '/a', '/b'],
  ['location', 'https://x/a', '/a'],
  ['retry-after', '1', '2'],
]

for (const [name, one, other] of different) {
  test(`${name}: ${one} says something else than ${other}`, () => {
    assert.ok(!isEqual(readHeaderValue(name, one), readHeaderValue(name, other)))
  })
}

test('headers and cookies of the place are told from those of the release', () => {
  assert.ok(isOfTransport('via') && isOfTransport('cf-ray') && !isOfTransport('x-total-count'))
  assert.ok(isOfPlatform('server', 'x') && !isOfPlatform('via', 'x'))
  assert.ok(isOfPlatform('set-cookie', 'AWSALB=x; Path=/'))
  assert.ok(!isOfPlatform('set-cookie', 'AWSALB=x\nsession=y'))
  assert.ok(isValidator('etag') && !isValidator('location'))
})
