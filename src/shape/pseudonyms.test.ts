import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { Pseudonyms } from './pseudonyms.ts'

const key = Buffer.alloc(32, 7)

test('the same secret has the same pseudonym, which the key alone gives', () => {
  const pseudonyms = new Pseudonyms(key)
  const digest = createHmac('sha256', key).update('secret').digest('hex').slice(0, 16)
  assert.equal(pseudonyms.of('secret'), `redacted-${digest}`)
  assert.equal(pseudonyms.of('secret'), new Pseudonyms(key).of('secret'))
  assert.notEqual(pseudonyms.of('secret'), pseudonyms.of('Secret'))
  assert.notEqual(pseudonyms.of('secret'), new Pseudonyms(Buffer.alloc(32, 8)).of('secret'))
})

test('nothing stays nothing, and a pseudonym stays the same', () => {
  const pseudonyms = new Pseudonyms(key)
  const once = pseudonyms.of('x'.repeat(10_000))
  assert.equal(pseudonyms.of(''), '')
  assert.equal(pseudonyms.of(once), once)
})
