import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../../test/support/messages.ts'
import { fc } from '../../../test/support/properties.ts'
import type { Message } from '../../model/message.ts'
import { GorLineReader, gorLineKey, writeGorLines } from './gor-hex.ts'

const payload = Buffer.from('GET / HTTP/1.1\r\n\r\n')
const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex')

test('a message is a line of hexadecimal: four fields, a line feed, the payload', () => {
  const request = { ...createRequest({ at: 1_700_000_000_123_456, payload }), duration: 7 }
  const line = `1 ${request.id} 1700000000123456000 7000\nGET / HTTP/1.1\r\n\r\n`
  assert.equal(String(writeGorLines([request], true)), `${hex(line)}\n`)
})

test('the output that a replayed message came back to is named where asked for', () => {
  const replayed: Message = {
    ...createRequest({ kind: 'replayed', payload }),
    target: 'http://a b',
  }
  const write = (withTarget: boolean) =>
    Buffer.from(String(writeGorLines([replayed], withTarget)), 'hex')
      .toString()
      .split('\n')[0]
  assert.equal(write(false), `3 ${replayed.id} 0 0`)
  assert.equal(write(true), `3 ${replayed.id} 0 0 target=http%3A%2F%2Fa%20b`)
  const [line] = new GorLineReader(1_000).push(writeGorLines([replayed], true))
  assert.equal(line!.meta.target, 'http://a b')
})

test('what is written is read back, however the bytes are cut', () => {
  const messages = fc.array(
    fc.record({
      kind: fc.constantFrom('request', 'response', 'replayed'),
      sequence: fc.nat(1_000),
      payload: fc.uint8Array({ maxLength: 50 }),
    }),
    { maxLength: 5 },
  )
  const check = fc.property(messages, fc.integer({ min: 1, max: 40 }), (parts, step) => {
    const written = parts.map((part) => createRequest(part as Parameters<typeof createRequest>[0]))
    const bytes = writeGorLines(written, false)
    const reader = new GorLineReader(1_000)
    const read = []
    for (let at = 0; at < bytes.length; at += step) {
      read.push(...reader.push(bytes.subarray(at, at + step)))
    }
    assert.deepEqual(reader.finish(), [])
    assert.deepEqual(
      read.map((line) => [line!.key, Buffer.from(line!.payload)]),
      written.map((message) => [gorLineKey(message), Buffer.from(message.payload)]),
    )
  })
  fc.assert(check)
})

const unreadable: readonly (readonly [why: string, line: string])[] = [
  ['text', 'starting up'],
  ['an odd digit', `${hex('1 a 0 0\n')}a`],
  ['no line feed behind the fields', hex('1 a 0 0')],
  ['an unknown type', hex('9 a 0 0\nx')],
  ['the end of a connection', hex('4 a 0 0\n')],
  ['too many bytes', hex(`1 a 0 0\n${'x'.repeat(200)}`)],
]

for (const [why, line] of unreadable) {
  test(`a line with ${why} is none, and the next one is read`, () => {
    const good = hex('1 a 0 0\nx')
    const text = Buffer.from(`${line}\r\n\n${good}\r\n`)
    for (let step = 1; step <= text.length; step += 7) {
      const reader = new GorLineReader(200)
      const lines = []
      for (let at = 0; at < text.length; at += step) {
        lines.push(...reader.push(text.subarray(at, at + step)))
      }
      assert.equal(lines.length, line === '' ? 1 : 2, `${step}`)
      assert.equal(lines[0], null)
      assert.equal(String(lines[1]!.payload), 'x')
    }
  })
}

test('a line that is cut by the end of the stream is none', () => {
  const reader = new GorLineReader(200)
  assert.deepEqual(reader.push(Buffer.from(hex('1 a 0 0\nx'))), [])
  assert.deepEqual(reader.finish(), [null])
  assert.deepEqual(reader.finish(), [])
})
