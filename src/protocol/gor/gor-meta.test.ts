import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../../test/support/messages.ts'
import type { Message } from '../../model/message.ts'
import { formatGorMeta, type GorMeta, parseGorMeta } from './gor-meta.ts'

const goreplayId = '9c4b1f900a00000c5f3a9c01'

function checkLine(line: string, expected: Partial<GorMeta> | null, origin = ''): void {
  const meta = parseGorMeta(line, origin)
  if (expected === null) assert.equal(meta, null, line)
  for (const [key, value] of Object.entries(expected ?? {})) {
    assert.equal(meta?.[key as keyof GorMeta], value, `${key} of ${line}`)
  }
}

test('a line holds what a message is, with times in nanoseconds', () => {
  const message: Message = {
    ...createRequest({ at: 1_700_000_000_123_456, connection: 1, sequence: 2, payload: 'abc' }),
    duration: 7,
  }
  assert.equal(
    formatGorMeta(message),
    '1 5f3a9c010000000100000002 1700000000123456000 7000 len=3 conn=5f3a9c0100000001 seq=2\n',
  )
})

test('the types are the kinds', () => {
  for (const kind of ['request', 'response', 'replayed', 'closed'] as const) {
    const line = formatGorMeta(createRequest({ kind }))
    checkLine(line.trim(), { kind })
  }
  for (const type of ['0', '5', '', '11', 'a']) checkLine(`${type} ${goreplayId} 1 0`, null)
})

test('what is known beside comes back as it was written', () => {
  const message: Message = {
    ...createRequest({ kind: 'replayed' }),
    pipelined: true,
    raw: true,
    target: 'http://a|10 %',
  }
  const { payload, ...expected } = message
  assert.deepEqual(parseGorMeta(formatGorMeta(message).trim(), ''), {
    ...expected,
    payloadBytes: payload.length,
  })
})

test('a target that is not well encoded is taken as it is', () => {
  checkLine(`3 ${goreplayId} 1 0 target=100%`, { target: '100%' })
})

test('times are cut to microseconds without going through a double', () => {
  const times: [string, number | null][] = [
    ['1700000000123456789', 1_700_000_000_123_456],
    ['1700000000123456000', 1_700_000_000_123_456],
    ['9007199254740991999', Number.MAX_SAFE_INTEGER],
    ['9007199254740992000', null],
    ['0', 0],
    ['999', 0],
    ['1000', 1],
    ['-1', 0],
    ['-5000', -5],
    ['', null],
    ['1.5', null],
    ['1e9', null],
    ['x', null],
  ]
  for (const [text, at] of times) checkLine(`1 id ${text} 0`, at === null ? null : { at })
})

test('lines of GoReplay, old and new, are read', () => {
  checkLine(`1 ${goreplayId} 1700000000123456789`, { at: 1_700_000_000_123_456, duration: 0 })
  checkLine(`2 ${goreplayId} 1700000000123456789 2500`, { kind: 'response', duration: 2 })
  checkLine(`1 ${goreplayId} 1700000000123456789 -1`, { duration: 0 })
  checkLine(`1 ${goreplayId} 1700000000123456789 0`, { payloadBytes: null, sequence: 0 })
})

test('lines with too few fields are none', () => {
  for (const line of ['', '1', '1 id', '1  1000 0', 'GET / HTTP/1.1', '🐵🙈🙉']) {
    checkLine(line, null)
  }
})

test('fields that nobody knows are passed over, in any order', () => {
  checkLine('1 id 1000 0 zone=eu seq=4 len=9 x conn=a/b len', {
    connection: 'a/b' as GorMeta['connection'],
    sequence: 4,
    payloadBytes: 9,
  })
})

test('a length that cannot be read makes the line none; a sequence does not', () => {
  for (const length of ['', 'x', '-1', '1.0', '99999999999999999']) {
    checkLine(`1 id 1000 0 len=${length}`, null)
  }
  checkLine('1 id 1000 0 seq=x', { sequence: 0 })
})

test("without a connection's name, the id tells it, apart for each origin", () => {
  const connections: [string, string, string][] = [
    [`1 ${goreplayId} 1 0`, '', '9c4b1f900a00000c'],
    [`1 ${goreplayId} 1 0`, '10.0.0.7', '10.0.0.7/9c4b1f900a00000c'],
    ['1 some-token 1 0', '', 'some-token'],
    [`1 ${goreplayId.toUpperCase()} 1 0`, '', goreplayId.toUpperCase()],
    [`1 ${goreplayId} 1 0 conn=c7`, '10.0.0.7', 'c7'],
    [`1 ${goreplayId} 1 0 conn=`, '', '9c4b1f900a00000c'],
  ]
  for (const [line, origin, connection] of connections) {
    checkLine(line, { connection: connection as GorMeta['connection'] }, origin)
  }
})
