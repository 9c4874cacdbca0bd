import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEventStream, readForm, readJsonLines, readLines } from './flat-readers.ts'
import { listOf, objectFrom } from './node.ts'

test('a text of one line is a text, of more a list of lines', () => {
  assert.equal(readLines('one\n'), 'one')
  assert.deepEqual(readLines('one\r\ntwo\rthree\n\n'), listOf(['one', 'two', 'three', '']))
})

test('JSON lines are read record by record, and a bad one is told', () => {
  const { root, defect } = readJsonLines('{"a":1}\n\n\u001e[2]\n{bad\n')
  assert.deepEqual(root, listOf([objectFrom([['a', 1]]), listOf([2]), '{bad']))
  assert.match(defect!.what, /^record 4/)
})

test('server-sent events are joined, comments dropped, data opened', () => {
  const { root } = readEventStream(': hello\nevent: a\ndata: {"x":\ndata: 1}\n\nid:7\ndata: text\n')
  assert.deepEqual(
    root,
    listOf([
      objectFrom([
        ['event', 'a'],
        ['data', objectFrom([['x', 1]])],
      ]),
      objectFrom([
        ['id', '7'],
        ['data', 'text'],
      ]),
    ]),
  )
})

test('names of a form that come again have a list of values', () => {
  assert.deepEqual(
    readForm('a=1&b=%20x&a=2+3'),
    objectFrom([
      ['a', listOf(['1', '2 3'])],
      ['b', ' x'],
    ]),
  )
})
