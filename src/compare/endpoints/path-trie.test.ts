import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  absorbPathNode,
  clonePathNode,
  countEnd,
  countRequests,
  createPathNode,
  joinKey,
  readPathKeys,
} from './path-trie.ts'

test('a verb behind a colon and an ending are keys of their own, and join without a slash', () => {
  for (const path of ['/jobs/7:cancel', '/files/report.json', '/a/b', '/', '/a/', '/v1.2/x']) {
    assert.equal(readPathKeys(path).reduce(joinKey, ''), path)
  }
  assert.equal(readPathKeys('/jobs/7:cancel').length, 3)
  assert.equal(readPathKeys('/files/report.json').length, 3)
  assert.equal(readPathKeys('/v1.2/x').length, 2)
})

test('a path of very many segments is looked at in its beginning alone', () => {
  assert.equal(readPathKeys('/a'.repeat(100_000)).length, 32)
})

test('a node that absorbs another holds the requests of both, and a clone is left alone', () => {
  const [a, b] = [createPathNode(), createPathNode()]
  countEnd(a, 'GET', '200')
  countEnd(b, 'GET', '200', 2)
  const child = createPathNode()
  countEnd(child, 'POST', '201')
  b.children.set('c', child)
  const copy = clonePathNode(a)
  absorbPathNode(a, b)
  assert.equal(a.ends.get('GET')?.get('200'), 3)
  assert.equal(countRequests(a), 4)
  assert.equal(countRequests(copy), 1)
})
