import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatNoise } from './noise-text.ts'

test('a rule is told with its hits, what it checks, and what it hides', () => {
  const place = (index: number) =>
    ({ endpoint: 'GET /a', path: `$.b${index}`, kind: 'value', exchanges: 90 - index }) as const
  const lines = formatNoise([
    { rule: 'uuid', hits: 1_200, places: 1, hides: [], warning: null },
    { rule: 'float', hits: 90, places: 7, hides: [0, 1, 2, 3].map(place), warning: 'hides' },
  ])
  assert.deepEqual(lines, [
    'uuid: 1,200 hits at 1 place; checks format and length',
    'float: 90 hits at 7 places; checks equal but for the last binary digits',
    '  warning: hides',
    '    GET /a $.b0: 90 exchanges',
    '    GET /a $.b1: 89 exchanges',
    '    GET /a $.b2: 88 exchanges',
  ])
})
