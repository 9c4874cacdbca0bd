import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitCommand } from './command-line.ts'

const commands: readonly (readonly [text: string, words: readonly string[] | null])[] = [
  ['cat', ['cat']],
  ['  node  rewrite.js -v ', ['node', 'rewrite.js', '-v']],
  [`node 'my file.js' "a b"`, ['node', 'my file.js', 'a b']],
  [`sh -c 'grep "x" | cat'`, ['sh', '-c', 'grep "x" | cat']],
  ['a\\ b c\\\\', ['a b', 'c\\']],
  [`pre'fix'"ed"`, ['prefixed']],
  [`"a \\"b\\" \\n \\$c"`, ['a "b" \\n $c']],
  [`a '' ""`, ['a', '', '']],
  ['', []],
  [`node 'file.js`, null],
  [`node "file.js`, null],
  ['node \\', null],
]

for (const [text, words] of commands) {
  test(`${text === '' ? 'nothing' : text} is cut as a shell cuts it`, () => {
    assert.deepEqual(splitCommand(text), words)
  })
}
