import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { alignColumns, matchLines } from './side-by-side.ts'

test('a line that is missing in one column leaves its cell empty', () => {
  const rows = alignColumns([
    ['a', 'b', 'c'],
    ['a', 'c'],
    ['a', 'x', 'c'],
  ])
  assert.deepEqual(rows, [
    { cells: ['a', 'a', 'a'], differs: false },
    { cells: ['b', null, 'x'], differs: true },
    { cells: ['c', 'c', 'c'], differs: false },
  ])
})

test('long equal stretches are told as one number', () => {
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`)
  const other = lines.with(25, 'other')
  const rows = alignColumns([lines, other])
  assert.deepEqual(rows[0], { equal: 22 })
  assert.equal(rows.length, 9)
  assert.deepEqual(rows.at(-1), { equal: 21 })
})

const columns = fc.array(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 }), {
  minLength: 1,
  maxLength: 3,
})

test('every column keeps all its lines in order, whatever they are', () => {
  fc.assert(
    fc.property(columns, (all) => {
      const rows = alignColumns(all).flatMap((row) =>
        'equal' in row ? Array<null>(row.equal).fill(null) : [row.cells],
      )
      if (rows.includes(null)) return
      all.forEach((column, index) => {
        const cells = rows.map((row) => row![index] ?? null).filter((cell) => cell !== null)
        assert.deepEqual(cells, column)
      })
    }),
  )
})

test('the pairs are a longest common subsequence', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 9 })
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      const pairs = matchLines(a, b)
      for (const [x, y] of pairs) assert.equal(a[x], b[y])
      assert.equal(pairs.length, longestCommon(a, b))
    }),
  )
})

test('columns with nothing in common are still shown beside one another', () => {
  const many = (letter: string) => Array.from({ length: 2_000 }, (_, index) => `${letter}${index}`)
  const rows = alignColumns([many('a'), many('b')])
  assert.deepEqual(rows[0], { cells: ['a0', 'b0'], differs: true })
  assert.equal(rows.length, 300)
})

function longestCommon(a: readonly string[], b: readonly string[]): number {
  let above = new Array<number>(b.length + 1).fill(0)
  for (const line of a) {
    const row = [0]
    b.forEach((other, index) => {
      row.push(line === other ? above[index]! + 1 : Math.max(above[index + 1]!, row[index]!))
    })
    above = row
  }
  return above.at(-1)!
}
