import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChange } from '../../test/support/comparisons.ts'
import type { Attribution, ByRole } from '../model/comparison.ts'
import { CanonicalAnswer } from './canonical-answer.ts'
import { laySideBySide } from './side-by-side.ts'

const json = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n'

const cases: readonly (readonly [
  why: string,
  answers: ByRole<string>,
  attributions: readonly Attribution[],
  lines: readonly string[],
])[] = [
  [
    'one line for each place, with what each server has there',
    { production: '{"a":1}', baseline: '{"a":1}', candidate: '{"a":2}' },
    [createChange({ path: '$.a', at: '$.a', weight: 'fail' })],
    ['$ {1}|{1}|{1} differs', '$.a 1|1|2 differs changed'],
  ],
  [
    'elements that go together by their id stand on one line',
    { production: '', baseline: '[{"id":1},{"id":2}]', candidate: '[{"id":2},{"id":1}]' },
    [],
    ['$ -|[2]|[2]', '$[0] -|{1}|{1}', '$[0].id -|1|1', '$[1] -|{1}|{1}', '$[1].id -|2|2'],
  ],
  [
    'what one answer lacks differs',
    { production: '{"a":1,"b":null}', baseline: '{"a":1,"b":null}', candidate: '{"a":1}' },
    [],
    ['$ {2}|{2}|{1} differs', '$.a 1|1|1', '$.b null|null|- differs'],
  ],
  [
    'large whole numbers keep their digits',
    { production: '', baseline: '9007199254740993', candidate: '9007199254740992' },
    [],
    ['$ -|9007199254740993|9007199254740992 differs'],
  ],
  [
    'a value that is a list here and a text there is shown whole',
    { production: '', baseline: '{"a":[1]}', candidate: '{"a":"x"}' },
    [],
    ['$ -|{1}|{1} differs', '$.a -|[1]|"x" differs'],
  ],
]

for (const [why, bodies, attributions, lines] of cases) {
  test(why, () => {
    const { rows } = laySideBySide(read(bodies), attributions, 100)
    const shown = rows
      .filter(({ part }) => part === 'body')
      .map(({ place, values, differs, label }) => {
        const { production = '-', baseline = '-', candidate = '-' } = values
        const marks = `${differs ? ' differs' : ''}${differs && label ? ` ${label}` : ''}`
        return `${place} ${production}|${baseline}|${candidate}${marks}`
      })
    assert.deepEqual(shown, lines)
  })
}

test('status and headers are lines of their own', () => {
  const { rows } = laySideBySide(read({ baseline: '1', candidate: '1' }), [], 100)
  assert.deepEqual(
    rows.slice(0, 2).map(({ part, name, values }) => [part, name, values.candidate]),
    [
      ['status', 'status', '200'],
      ['header', 'content-type', 'application/json'],
    ],
  )
})

test('lines beyond the most are counted', () => {
  const body = JSON.stringify(Array.from({ length: 50 }, (_, index) => index))
  const { rows, omitted } = laySideBySide(read({ baseline: body, candidate: body }), [], 10)
  assert.equal(rows.length, 10)
  assert.equal(omitted, 43)
})

function read(bodies: ByRole<string>): ByRole<CanonicalAnswer> {
  const answers = Object.entries(bodies)
    .filter(([, body]) => body !== '')
    .map(([role, body]) => [role, new CanonicalAnswer(Buffer.from(json + body), 'GET', 1_000_000)])
  return Object.fromEntries(answers)
}
