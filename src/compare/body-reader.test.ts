import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesNode, readBody } from './body-reader.ts'
import { readMediaType } from './media-type.ts'
import { isEqual, type Node, objectFrom } from './node.ts'

const bodies: readonly (readonly [type: string, body: string, root: Node])[] = [
  ['application/json', '{"a":1}', objectFrom([['a', 1]])],
  ['', '{"a":1}', objectFrom([['a', 1]])],
  ['text/plain', '{not json', '{not json'],
  ['application/xml', '<a>1</a>', objectFrom([['a', '1']])],
  ['application/x-www-form-urlencoded', 'a=1', objectFrom([['a', '1']])],
  ['image/png', 'abc', bytesNode(Buffer.from('abc'))],
]

for (const [type, body, root] of bodies) {
  test(`${body} of type ${type || 'none'} is read`, () => {
    const read = readBody(Buffer.from(body), readMediaType(type))
    assert.ok(isEqual(read.root!, root))
    assert.equal(read.defect, null)
  })
}

test('an empty body has no root', () => {
  const read = readBody(Buffer.alloc(0), readMediaType('application/json'))
  assert.deepEqual([read.format, read.root], ['empty', undefined])
})

test('JSON that is promised and not given is a defect, and its lines are kept', () => {
  const read = readBody(Buffer.from('{"a":\n'), readMediaType('application/json'))
  assert.equal(read.defect?.kind, 'malformed')
  assert.equal(read.root, '{"a":')
})

test('the boundary of a multipart body does not count, and its parts are read', () => {
  const [one, other] = ['B1', 'zz'].map((boundary) => {
    const part = `--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n`
    const body = `${part}Content-Type: application/json\r\n\r\n{"x": 1}\r\n--${boundary}--\r\n`
    return readBody(Buffer.from(body), readMediaType(`multipart/form-data; boundary=${boundary}`))
  })
  assert.ok(isEqual(one!.root!, other!.root!))
  const part = objectFrom([
    ['type', 'application/json'],
    ['body', objectFrom([['x', 1]])],
  ])
  assert.ok(isEqual(one!.root!, objectFrom([['a', part]])))
})
