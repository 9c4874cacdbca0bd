import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FieldName, FieldValues, readFieldName } from './field-values.ts'

function read(values: FieldValues, name: FieldName, text: string): string | null {
  return values.read(name, Buffer.from(text), 0, text.length)
}

test('the names of the framing fields are known in any letter case', () => {
  const names: [string, FieldName][] = [
    ['Content-Length', 'contentLength'],
    ['TRANSFER-ENCODING', 'transferEncoding'],
    ['connection', 'connection'],
    ['Upgrade', 'upgrade'],
    ['expect', 'expect'],
    ['Content-Lengths', 'other'],
    ['Content_Length', 'other'],
    ['', 'other'],
  ]
  for (const [text, name] of names) {
    assert.equal(readFieldName(Buffer.from(text), 0, text.length), name)
  }
})

test('a length is a row of digits, or several that are the same', () => {
  const cases: [string, number | string][] = [
    ['0', 0],
    [' 0042\t', 42],
    ['7, 7,07', 7],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740992', 'bad-header'],
    ['', 'bad-header'],
    ['7,', 'bad-header'],
    ['-7', 'bad-header'],
    ['7.0', 'bad-header'],
    ['7, 8', 'conflicting-length'],
  ]
  for (const [text, expected] of cases) {
    const values = new FieldValues()
    assert.equal(read(values, 'contentLength', text) ?? values.contentLength, expected, text)
  }
})

test('the last transfer coding of all fields decides', () => {
  const values = new FieldValues()
  assert.equal(read(values, 'transferEncoding', 'gzip, deflate'), null)
  assert.deepEqual([values.hasCodings, values.chunked], [true, false])
  assert.equal(read(values, 'transferEncoding', 'x, CHUNKED '), null)
  assert.equal(values.chunked, true)
  assert.equal(read(values, 'transferEncoding', 'chunked'), 'conflicting-length')
})

test('connection options are found in a list', () => {
  const values = new FieldValues()
  read(values, 'connection', ' ,Keep-Alive , closed,uPgrade')
  assert.deepEqual([values.close, values.keepAlive, values.connectionUpgrade], [false, true, true])
})

test('only a list of connection options may be folded where it matters', () => {
  const values = new FieldValues()
  const text = Buffer.from('close')
  assert.equal(values.readFolded('contentLength', text, 0, 5), 'conflicting-length')
  assert.equal(values.readFolded('transferEncoding', text, 0, 5), 'conflicting-length')
  assert.equal(values.readFolded('upgrade', text, 0, 5), null)
  assert.equal(values.readFolded('connection', text, 0, 5), null)
  assert.equal(values.close, true)
})
