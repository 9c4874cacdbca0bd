import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestOf, MarkupBuilder } from './markup-builder.ts'
import { listOf, objectFrom } from './node.ts'

test('an element with text alone is its text, another an object of what it holds', () => {
  const builder = new MarkupBuilder()
  builder.open('order', [['id', '7']])
  for (const name of ['item', 'item', 'note']) {
    builder.open(name, [])
    builder.text(name.toUpperCase(), '')
    builder.close()
  }
  assert.equal(builder.depth(), 1)
  const order = objectFrom([
    ['@id', '7'],
    ['item', listOf(['ITEM', 'ITEM'])],
    ['note', 'NOTE'],
    ['#order', 'item note'],
  ])
  assert.deepEqual(builder.finish(), objectFrom([['order', order]]))
})

test('closing more than was opened changes nothing', () => {
  const builder = new MarkupBuilder()
  builder.close()
  assert.equal(builder.finish(), '')
})

test('a digest stands for a text', () => {
  assert.match(digestOf('a'), /^sha256:[0-9a-f]{16}$/)
  assert.notEqual(digestOf('a'), digestOf('b'))
})
