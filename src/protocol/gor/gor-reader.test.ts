import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../../test/support/messages.ts'
import { fc } from '../../../test/support/properties.ts'
import { MemoryBudget } from '../../base/memory-budget.ts'
import type { ConnectionId, ExchangeId } from '../../model/message.ts'
import { gorSeparator } from './gor-meta.ts'
import { type GorEvent, GorReader } from './gor-reader.ts'
import { writeGorRecord } from './gor-writer.ts'

const separator = gorSeparator.toString()
const payloadBytesMax = 100
const goreplayLine = '1 9c4b1f900a00000c5f3a9c01 1700000000123456789 0'

interface Feed {
  readonly pieces: readonly Uint8Array[]
  readonly finish?: boolean
  readonly budgetBytes?: number
}

function read({ pieces, finish = true, budgetBytes = 1 << 20 }: Feed): GorEvent[] {
  const budget = new MemoryBudget(budgetBytes)
  const reader = new GorReader({ payloadBytesMax, budget, origin: '' })
  const events = pieces.flatMap((piece) => {
    // The reader must keep no view: its caller's memory changes after the call.
    const copied = Uint8Array.from(piece)
    const given = reader.push(copied)
    copied.fill(0x23)
    return given
  })
  if (finish) events.push(...reader.finish())
  else reader.abort()
  assert.equal(budget.used(), 0)
  return events
}

/** Requests by their payload, others by their kind, losses by their reason. */
function summarise(events: readonly GorEvent[]): string[] {
  return events.map((event) => {
    if (event.kind === 'lost') return `lost: ${event.reason}`
    return Buffer.from(event.message.payload).toString('latin1')
  })
}

function cutEverywhere(bytes: Uint8Array): Uint8Array[][] {
  const cuts = Array.from(bytes, (_, at) => [bytes.subarray(0, at), bytes.subarray(at)])
  return [[bytes], Array.from(bytes, (byte) => Uint8Array.of(byte)), ...cuts]
}

/** Whole, byte by byte, and cut in two at every byte: always the same. */
function checkFeeds(text: string | Uint8Array, expected: readonly string[]): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  for (const pieces of cutEverywhere(bytes)) {
    assert.deepEqual(summarise(read({ pieces })), expected, `cut at ${pieces[0]?.length}`)
  }
}

function record(line: string, payload: string): string {
  return `${line}\n${payload}${separator}`
}

test('records of GoReplay are read, however the bytes come', () => {
  const old = '2 0123456789abcdef0123456789abcdef01234567 1700000000123456789'
  const text =
    record(goreplayLine, 'GET / HTTP/1.1\r\n\r\n') + record(old, 'HTTP/1.1 200 OK\r\n\r\n')
  checkFeeds(text, ['GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n'])
})

test('a payload with the separator in it is whole when its length was given', () => {
  const payload = `a${separator}${goreplayLine}\nb${separator}`
  const message = createRequest({ payload: Buffer.from(payload) })
  const latin = Buffer.from(payload).toString('latin1')
  checkFeeds(Buffer.concat([writeGorRecord(message), writeGorRecord(message)]), [latin, latin])
})

test('an empty payload is a message like any other', () => {
  checkFeeds(record(goreplayLine, '') + record(`${goreplayLine} len=0`, ''), ['', ''])
})

test('a separator right behind the first line ends an empty payload, as in GoReplay', () => {
  const text = goreplayLine + separator + record(goreplayLine, 'next')
  checkFeeds(text, ['', 'next'])
})

test('a wrong length costs the records that it reaches into, and the next one is read', () => {
  const next = record(goreplayLine, 'next')
  const after = record(goreplayLine, 'after')
  checkFeeds(record(`${goreplayLine} len=3`, 'four') + next, ['lost: bad-record', 'next'])
  checkFeeds(record(`${goreplayLine} len=0`, '\n') + next, ['lost: bad-record', 'next'])
  checkFeeds(record(`${goreplayLine} len=5`, 'four') + next + after, ['lost: bad-record', 'after'])
})

test('what is no record is passed over to the next separator, and counted once', () => {
  const next = record(goreplayLine, 'next')
  checkFeeds(record('junk', 'a\nb\n\nc') + next, ['lost: bad-record', 'next'])
  checkFeeds(`of a payload\r\n${separator}${next}`, ['lost: bad-record', 'next'])
  checkFeeds(`junk${separator}${next}`, ['lost: bad-record', 'next'])
  checkFeeds(record('x'.repeat(5000), 'a') + next, ['lost: bad-record', 'next'])
  checkFeeds(`${record(goreplayLine, 'a')}${separator}${next}`, ['a', 'lost: bad-record', 'next'])
})

test('empty lines between records are nothing', () => {
  checkFeeds(`\n\n${record(goreplayLine, 'a')}\n${record(goreplayLine, 'b')}\n`, ['a', 'b'])
})

test('a payload up to the limit is read; a longer one is passed over, and counted once', () => {
  const most = 'm'.repeat(payloadBytesMax)
  const long = 'l'.repeat(payloadBytesMax + 1)
  const text = [
    record(`${goreplayLine} len=${long.length}`, long),
    record(`${goreplayLine} len=${most.length}`, most),
    record(goreplayLine, long),
    record(goreplayLine, most),
    record(goreplayLine, long.repeat(3)),
    record(goreplayLine, 'next'),
  ].join('')
  const lost = 'lost: message-too-long'
  checkFeeds(text, [lost, most, lost, most, lost, 'next'])
})

test('a separator inside a payload that is too long does not bring out what is behind it', () => {
  const inner = `${separator}${record(goreplayLine, 'injected')}`.repeat(3)
  const outer = record(`${goreplayLine} len=${Buffer.byteLength(inner)}`, inner)
  checkFeeds(outer + record(goreplayLine, 'next'), ['lost: message-too-long', 'next'])
})

test('without memory for a record in parts, it is passed over; whole ones need none', () => {
  const sized = record(`${goreplayLine} len=7`, 'payload')
  const unsized = record(goreplayLine, 'payload')
  for (const text of [sized, unsized]) {
    const cut = text.indexOf('payload') + 3
    const parts = [text.slice(0, cut), `${text.slice(cut)}${text}`]
    const pieces = parts.map((part) => Buffer.from(part))
    const events = read({ pieces, budgetBytes: 1 })
    assert.deepEqual(summarise(events), ['lost: memory', 'payload'])
  }
})

test('a last record without a separator counts, unless its length says that it is cut', () => {
  const line = `${goreplayLine} len=4`
  const endings: [string, string[]][] = [
    [`${goreplayLine}\nlast\n`, ['last\n']],
    [`${goreplayLine}\nlast${separator.trimEnd()}`, ['last']],
    [`${line}\nlast`, ['last']],
    [`${line}\nlast\n`, ['last']],
    [`${line}\nlas`, ['lost: truncated']],
    [`${goreplayLine}\nGET / HTTP/1.1\r\nHost:`, ['lost: truncated']],
    [`${goreplayLine}\n`, ['lost: truncated']],
    [goreplayLine, ['lost: truncated']],
    ['junk\nmore', ['lost: bad-record']],
  ]
  for (const [text, expected] of endings) checkFeeds(text, expected)
})

test('giving up tells whether a record was lost by it', () => {
  const budget = new MemoryBudget(1 << 20)
  const reader = new GorReader({ payloadBytesMax, budget, origin: '' })
  const begun = [
    '1 id',
    `${goreplayLine}\n`,
    `${goreplayLine} len=4\nla`,
    `${goreplayLine}\nlast\n`,
  ]
  for (const text of begun) {
    assert.deepEqual(reader.push(Buffer.from(text)), [])
    assert.equal(reader.abort(), true, text)
    assert.equal(budget.used(), 0)
  }
  for (const text of ['', record(goreplayLine, 'a'), 'junk\nmore', `${goreplayLine} len=999\na`]) {
    reader.push(Buffer.from(text))
    assert.equal(reader.abort(), false, text)
  }
})

test('reading what was written gives the same messages, in any pieces', () => {
  const token = fc.stringMatching(/^[!-~]{1,30}$/)
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: payloadBytesMax }),
    fc.constantFrom(
      ...[separator, `${separator}${goreplayLine}\n`].map((text) => Buffer.from(text)),
    ),
  )
  const message = fc.record({
    kind: fc.constantFrom('request' as const, 'response' as const, 'replayed' as const),
    id: token.map((text) => text as ExchangeId),
    connection: token.map((text) => text as ConnectionId),
    sequence: fc.nat(),
    at: fc.maxSafeInteger(),
    duration: fc.maxSafeNat(),
    payload: bytes.map((payload) => Buffer.from(payload)),
  })
  const messages = fc.array(message, { maxLength: 5 }).map((all) => all.map((one) => ({ ...one })))
  fc.assert(
    fc.property(messages, fc.array(fc.nat(200), { maxLength: 20 }), (written, lengths) => {
      const all = Buffer.concat(written.map((each) => writeGorRecord(each)))
      const pieces: Uint8Array[] = []
      let at = 0
      for (const length of lengths) {
        pieces.push(all.subarray(at, at + length))
        at += length
      }
      pieces.push(all.subarray(at))
      const events = read({ pieces })
      const given = events.flatMap((event) => (event.kind === 'message' ? [event.message] : []))
      assert.equal(events.length, given.length)
      assert.deepEqual(given, written)
    }),
    { numRuns: 500 },
  )
})

test('no bytes at all make it throw, keep memory, or lose the record behind two separators', () => {
  const noise = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom('\n', separator, goreplayLine, ' len=', ' len=3\nab')
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(noise, (pieces) => {
      read({ pieces, budgetBytes: 4096 })
      read({ pieces, finish: false })
      // A length in the noise may reach at most over the padding.
      const end = Buffer.from(`\n${'.'.repeat(payloadBytesMax)}${separator}`)
      const last = Buffer.from(record(`${goreplayLine} len=4`, 'last'))
      const events = read({ pieces: [...pieces, end, end, last] })
      assert.equal(summarise(events).at(-1), 'last')
    }),
    { numRuns: 500 },
  )
})
