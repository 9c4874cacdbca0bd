import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EditableMessage, findHead } from './editable-message.ts'

function read(text: string): EditableMessage {
  const payload = Buffer.from(text, 'latin1')
  return new EditableMessage(payload, findHead(payload)!)
}

function check(text: string, edit: (message: EditableMessage) => void, expected: string): void {
  const message = read(text)
  edit(message)
  assert.equal(Buffer.from(message.bytes()).toString('latin1'), expected)
}

const head = 'POST / HTTP/1.1\r\nA: 1\r\nB:  2 \r\na:3\r\nFolded: x\r\n  y\r\n'
const chunked = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n'

test('fields of one name are read, mapped and removed together', () => {
  assert.deepEqual(read(`${head}\r\n`).fieldValues('a'), ['1', '3'])
  check(
    `${head}\r\n`,
    (message) => message.mapFields('a', (value) => `${value}${value}`),
    `${head.replace('A: 1', 'A: 11').replace('a:3', 'a:33')}\r\n`,
  )
  check(
    `${head}\r\nA: 1`,
    (message) => message.removeField('A'),
    'POST / HTTP/1.1\r\nB:  2 \r\nFolded: x\r\n  y\r\n\r\nA: 1',
  )
  check(`${head}\r\n`, (message) => message.removeField('folded'), `${head.slice(0, -16)}\r\n`)
})

test('all fields are told in their order, a folded one in one piece', () => {
  assert.deepEqual(read(`${head}\r\n`).fields(), [
    ['A', '1'],
    ['B', '2'],
    ['a', '3'],
    ['Folded', 'x\r\n  y'],
  ])
})

test('a field is added behind all others', () => {
  check(`${head}\r\nbody`, (message) => message.addField('C', '4'), `${head}C: 4\r\n\r\nbody`)
})

test('a body is read without its chunks', () => {
  assert.equal(String(read(`${head}\r\nbody`).body()), 'body')
  assert.equal(String(read(`${chunked}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`).body()), 'abcde')
  assert.equal(read(`${chunked}3\r\nabcd`).body(), null)
  assert.equal(read(`${chunked.replace('chunked', 'gzip, chunked')}0\r\n\r\n`).body(), null)
})

test('another body has its length told, once per field that tells it', () => {
  const post = 'POST / HTTP/1.1\r\nContent-Length: 4\r\nX: y\r\n\r\nbody'
  check(
    post,
    (message) => message.setBody(Buffer.from('longer body')),
    'POST / HTTP/1.1\r\nContent-Length: 11\r\nX: y\r\n\r\nlonger body',
  )
  check(
    'POST / HTTP/1.1\r\nX: y\r\n\r\n',
    (message) => message.setBody(Buffer.from('body')),
    'POST / HTTP/1.1\r\nX: y\r\nContent-Length: 4\r\n\r\nbody',
  )
  check(
    'GET / HTTP/1.1\r\nX: y\r\n\r\n',
    (message) => message.setBody(Buffer.from('')),
    'GET / HTTP/1.1\r\nX: y\r\n\r\n',
  )
})

test('another body of a chunked message is one chunk, and its trailer stays', () => {
  const before = `${chunked}3\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n`
  const set = (text: string) => (message: EditableMessage) =>
    assert.equal(message.setBody(Buffer.from(text)), true)
  check(before, set('longer body'), `${chunked}b\r\nlonger body\r\n0\r\nT: 1\r\n\r\n`)
  check(before, set(''), `${chunked}0\r\nT: 1\r\n\r\n`)
  check(
    `${chunked}3\r\nabcd`,
    (message) => assert.equal(message.setBody(Buffer.from('x')), false),
    `${chunked}3\r\nabcd`,
  )
})
