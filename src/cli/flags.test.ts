import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatFlags, parseFlags } from './flags.ts'

const cases = [
  [['--input-raw', ':80'], { 'input-raw': [':80'] }],
  [['-input-raw', ':80'], { 'input-raw': [':80'] }],
  [['--input-raw=:80'], { 'input-raw': [':80'] }],
  [['--output-http', 'a', '--output-http', 'b'], { 'output-http': ['a', 'b'] }],
  [['--split-output', 'true', '--stats'], { 'split-output': true, stats: true }],
  [['--split-output', 'false', '--stats'], { stats: true }],
  [['--split-output=false'], {}],
  [['--output-http=http://a?b=c'], { 'output-http': ['http://a?b=c'] }],
  [['--ledger', '-'], { ledger: '-' }],
] as const

for (const [args, values] of cases) {
  test(`${args.join(' ')} is read as ${JSON.stringify(values)}`, () => {
    assert.deepEqual(parseFlags(args), values)
  })
}

const refusals = [
  [['--inptu-raw', ':80'], 'unknown-flag', 'did you mean --input-raw?'],
  [['--frobnicate'], 'unknown-flag', 'rehearsal --help lists them'],
  [['-h'], 'unknown-flag', 'rehearsal --help lists them'],
  [['--output-ws', 'x'], 'unsupported-flag', 'leave it out; rehearsal --help lists what is'],
  [['--input-raw'], 'bad-flag', 'write --input-raw ADDRESS'],
  [['--stats=perhaps'], 'bad-flag', 'leave it out, or write --stats'],
  [
    [':80'],
    'bad-argument',
    'every argument is a flag or the value of one; rehearsal --help lists them',
  ],
  [
    ['--'],
    'bad-argument',
    'every argument is a flag or the value of one; rehearsal --help lists them',
  ],
] as const

for (const [args, code, hint] of refusals) {
  test(`${args.join(' ')} is refused: ${hint}`, () => {
    assert.throws(() => parseFlags(args), { name: 'OperatorError', code, hint })
  })
}

test('the help fits a terminal of 100 columns', () => {
  for (const line of formatFlags().split('\n')) assert.ok(line.length <= 100, line)
})
