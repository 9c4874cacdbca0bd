import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isToken, matches, skipBlanks, tokenOctets, trimBlanks } from './octets.ts'

test('tokens hold what RFC 9110 lets them, and nothing else', () => {
  const allowed = Array.from(tokenOctets.keys()).filter((octet) => tokenOctets[octet] === 1)
  const expected = "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~"
  assert.equal(String.fromCharCode(...allowed), expected)
})

test('tokens are compared without regard to letter case, texts with it', () => {
  const bytes = Buffer.from('x-Ab: Ab')
  assert.equal(isToken(bytes, 0, 4, 'x-ab'), true)
  assert.equal(isToken(bytes, 0, 3, 'x-ab'), false)
  assert.equal(isToken(bytes, 6, 9, 'ab:'), false)
  assert.equal(matches(bytes, 6, 'Ab'), true)
  assert.equal(matches(bytes, 6, 'ab'), false)
  assert.equal(matches(bytes, 6, 'Abc'), false)
})

test('blanks around a value are left out', () => {
  const bytes = Buffer.from(' \t a b\t ')
  assert.deepEqual([skipBlanks(bytes, 0, 8), trimBlanks(bytes, 3, 8)], [3, 6])
  assert.deepEqual([skipBlanks(bytes, 0, 2), trimBlanks(bytes, 2, 3)], [2, 2])
})
