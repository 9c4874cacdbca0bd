import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  findInParameters,
  findInUrl,
  findRuns,
  type UseListener,
  writeAs,
} from './correlate-tokens.ts'

/** As `name=value` with the kinds of an integer; every value is where it is said to stand. */
function describe(text: string, find: (listener: UseListener) => void): readonly string[] {
  const found: string[] = []
  find(({ name, value, kinds, start, end }) => {
    const stands = text.slice(start, end)
    assert.ok(stands === value || decodeURIComponent(stands) === value, stands)
    found.push(`${name}=${value}${kinds === null ? '' : ` [${kinds}]`}`)
  })
  return found
}

const urls: readonly (readonly [string, readonly string[]])[] = [
  ['/a/7,8', ['=a', '=7,8', '=7 [a]', '=8 [a]']],
  ['/a/7,x8', ['=a', '=7,x8', '=7 [a]', '=x8']],
  ['/a/{b1c2d3}', ['=a', '={b1c2d3}', '=b1c2d3']],
  ['http://h/a?q=1', ['=a', 'q=1 []']],
]
for (const [url, uses] of urls) {
  test(`${url}: segments and their parts are told`, () => {
    assert.deepEqual(
      describe(url, (listener) => findInUrl(url, 0, listener)),
      uses,
    )
  })
}

const queries: readonly (readonly [string, readonly string[]])[] = [
  ['t=a1+/b==', ['t=a1+/b==']],
  ['ids=7,8', ['ids=7,8', 'ids=7 [a]', 'ids=8 [a]']],
  ['ids=7%2C8', ['ids=7,8', 'ids=7 [a]', 'ids=8 [a]']],
  ['q=b1c2d3,e4', ['q=b1c2d3,e4', 'q=b1c2d3', 'q=e4']],
  ['q=%7B%22r%22%3A%22b1c2d3%22%2C7%7D', ['q={"r":"b1c2d3",7}', 'q=r', 'q=:', 'q=b1c2d3']],
]
for (const [query, uses] of queries) {
  test(`${query}: values, those of lists and those in JSON are told`, () => {
    assert.deepEqual(
      describe(query, (listener) => findInParameters(query, 0, 'query', '/a', listener)),
      uses,
    )
  })
}

test('a parameter of much that separates is read in its own time', () => {
  let count = 0
  findInParameters(`q=${',7'.repeat(200_000)}`, 0, 'form', '/', () => count++)
  findInParameters(`q=${'%2'.repeat(200_000)}`, 0, 'form', '/', () => count++)
  assert.ok(count >= 1)
})

test('runs in a text end at what no token holds, and at escapes', () => {
  const text = 'order(id: \\"b1c2d3\\")\\nx1y2z3 == \\u00e9w1x2y3'
  assert.deepEqual(
    describe(text, (listener) => findRuns(text, 0, 'json', 'q', listener)),
    ['q=b1c2d3', 'q=x1y2z3', 'q=w1x2y3'],
  )
})

test('values are written as their place needs', () => {
  assert.equal(writeAs('path', 'a/b%c+d'), 'a%2Fb%25c+d')
  assert.equal(writeAs('parameter', 'a/b+c='), 'a%2Fb%2Bc%3D')
  assert.equal(writeAs('number', '55'), '55')
  assert.equal(writeAs('number', '055'), '"055"')
  assert.equal(writeAs('number', 'o55'), '"o55"')
  assert.equal(writeAs('plain', 'a/b'), 'a/b')
})
