import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageStyle } from './html-style.ts'

test('the style asks the network for nothing, and knows light and dark', () => {
  assert.doesNotMatch(pageStyle, /url\(|@import|@font-face/)
  assert.match(pageStyle, /prefers-color-scheme: dark/)
  assert.equal(pageStyle.match(/\{/g)?.length, pageStyle.match(/\}/g)?.length)
})
