import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTelling } from './command-telling.ts'

const cases: readonly (readonly [given: string, left: string])[] = [
  ['in.gor -o out.har', 'in.gor -o out.har'],
  ['in.gor --quiet -o out.har', 'in.gor -o out.har'],
  ['--log-format json run', 'run'],
  ['run --log-format=json --format html', 'run --format html'],
  ['--quiet run --log-format text -- --quiet', 'run -- --quiet'],
]

for (const [given, left] of cases) {
  test(`of '${given}' the command gets '${left}'`, () => {
    assert.equal(readTelling(given.split(' ')).words.join(' '), left)
  })
}

test('a format that is none is refused', () => {
  assert.throws(() => readTelling(['--log-format', 'xml']), { code: 'bad-format' })
  assert.throws(() => readTelling(['--log-format']), { code: 'bad-format' })
})
