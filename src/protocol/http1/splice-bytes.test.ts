import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spliceBytes } from './splice-bytes.ts'

const cases: readonly (readonly [
  splices: readonly (readonly [start: number, end: number, text: string])[],
  expected: string,
])[] = [
  [[], 'abcdef'],
  [[[0, 0, '>']], '>abcdef'],
  [[[6, 6, '<']], 'abcdef<'],
  [[[2, 4, '']], 'abef'],
  [
    [
      [0, 2, 'xyz'],
      [2, 3, ''],
      [5, 6, 'FG'],
    ],
    'xyzdeFG',
  ],
]

for (const [splices, expected] of cases) {
  test(`${JSON.stringify(splices)} makes ${expected} of abcdef, in a copy`, () => {
    const payload = Buffer.from('abcdef')
    const made = spliceBytes(
      payload,
      splices.map(([start, end, text]) => ({ start, end, bytes: Buffer.from(text) })),
    )
    assert.equal(Buffer.from(made).toString(), expected)
    assert.equal(payload.toString(), 'abcdef')
  })
}
