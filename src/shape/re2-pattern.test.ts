import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compilePattern, createReplacer, toOctets } from './re2-pattern.ts'

const matching: [pattern: string, text: string, matches: boolean][] = [
  ['^/api', '/api/1', true],
  ['(?i)MOBILE', 'a mobile one', true],
  ['(?i:MOBILE)', 'a mobile one', true],
  ['(?P<name>a+)', 'aa', true],
  ['\\Aa\\z', 'a', true],
  ['\\Aa\\z', 'za', false],
  ['\\Qa.b\\E$', 'axb', false],
  ['\\Qa.b\\E$', 'a.b', true],
  ['^[[:alpha:][:digit:]]+$', 'a1', true],
  ['^[[:alpha:]]+$', 'a:', false],
  ['^[]a]+$', ']a', true],
  ['^[[a]$', '[', true],
  ['\\x{41}\\x42', 'AB', true],
  ['^\\/a\\:b$', '/a:b', true],
  ['^é$', 'é', true],
]

for (const [pattern, text, matches] of matching) {
  test(`${pattern} ${matches ? 'matches' : 'does not match'} ${text}`, () => {
    assert.equal(compilePattern(pattern).test(toOctets(text)), matches)
  })
}

for (const pattern of [
  '(',
  '[',
  '*',
  'a**',
  '(?=a)',
  '(?<!a)',
  '(a)\\1',
  '\\pL',
  '(?U)a',
  '\\x{zz}',
  '\\xe9',
  '[:a:]',
]) {
  test(`${pattern} is refused`, () => {
    assert.throws(() => compilePattern(pattern), { name: 'SyntaxError' })
  })
}

const replacements: [pattern: string, replacement: string, text: string, result: string | null][] =
  [
    ['/v1/(.*)', '/v2/$1', '/v1/a', '/v2/a'],
    ['(.*)', '/p$1', '/a', '/p/a'],
    ['a', 'b', 'aaa', 'bbb'],
    ['(a)', '$1x', 'a', ''],
    ['(a)', '\x24{1}x', 'a', 'ax'],
    ['(?P<n>a)', '\x24{n}$n', 'a', 'aa'],
    ['(a)|(b)', '[$2$3]', 'a', '[]'],
    ['a', '$$1$', 'a', '$1$'],
    ['z', 'b', 'a', null],
  ]

for (const [pattern, replacement, text, result] of replacements) {
  test(`${pattern} to ${replacement} makes ${result} of ${text}`, () => {
    assert.equal(createReplacer(pattern, replacement)(text), result)
  })
}
