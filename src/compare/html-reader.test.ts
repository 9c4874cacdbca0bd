import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readHtml } from './html-reader.ts'
import { isEqual } from './node.ts'

const page =
  '<!doctype html><html><head><script>a()</script></head>' +
  '<body><p class="x y">Hi <b>you</b></p></body></html>'

const same: readonly (readonly [name: string, change: (text: string) => string])[] = [
  ['comments', (text) => text.replace('<p', '<!-- note --><p')],
  ['the order of classes', (text) => text.replace('x y', 'y  x')],
  ['white space', (text) => text.replaceAll('<', '\n  <').replace('Hi', ' Hi  ')],
  ['end tags that are implied', (text) => text.replace('</p></body></html>', '')],
]

for (const [name, change] of same) {
  test(`${name} does not count`, () => {
    assert.ok(isEqual(readHtml(page).root, readHtml(change(page)).root))
  })
}

const different: readonly (readonly [name: string, change: (text: string) => string])[] = [
  ['visible text', (text) => text.replace('you', 'me')],
  ['an inline script', (text) => text.replace('a()', 'b()')],
  ['a class', (text) => text.replace('x y', 'x')],
  ['an element', (text) => text.replace(/b>/g, 'i>')],
]

for (const [name, change] of different) {
  test(`${name} counts`, () => {
    assert.ok(!isEqual(readHtml(page).root, readHtml(change(page)).root))
  })
}

test('fields of forms are known by their names', () => {
  const { root } = readHtml('<form><input type="hidden" name="csrf" value="v1"></form>')
  assert.match(JSON.stringify(root), /"input\[csrf\]"/)
})

test('nesting is bounded, and costs no quadratic time', () => {
  for (const text of ['<div>'.repeat(500_000), `${'<div>'.repeat(1_500)}x`]) {
    assert.equal(readHtml(text).defect?.what, 'nested too deep')
  }
})
