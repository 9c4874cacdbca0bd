import assert from 'node:assert/strict'
import { test } from 'node:test'
import { english } from './texts-en.ts'
import { chinese } from './texts-zh.ts'

test('both languages put the same things into the same texts', () => {
  for (const [key, text] of Object.entries(english)) {
    assert.deepEqual(holes(chinese[key as keyof typeof english]), holes(text), key)
  }
})

function holes(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort()
}
