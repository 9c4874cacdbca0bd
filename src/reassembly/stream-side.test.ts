import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { MemoryBudget } from '../base/memory-budget.ts'
import { createSegment } from '../model/segment.ts'
import { distance, StreamSide } from './stream-side.ts'

const limits = { heldBytesMax: 100_000, heldPiecesMax: 10, windowBytesMax: 1_000_000 }

interface Observed {
  readonly side: StreamSide<null>
  /** Pushes a payload that begins at `start`; gives what came of it, times included. */
  readonly take: (start: number, text: string, at?: number, cutBytes?: number) => string[]
  readonly budget: MemoryBudget
  readonly counters: { readonly retransmittedBytes: number; readonly conflicts: number }
  /** What was heard since the last time. */
  readonly heard: () => string[]
}

function observe(budget = new MemoryBudget(1_000_000)): Observed {
  const counters = { retransmittedBytes: 0, conflicts: 0, outOfOrder: 0, gaps: 0 }
  let events: string[] = []
  const listener = {
    data: (_: unknown, bytes: Uint8Array, at: number) =>
      events.push(`${Buffer.from(bytes).toString('latin1')} @${at}`),
    gap: (_: unknown, byteCount: number, at: number) => events.push(`gap ${byteCount} @${at}`),
    ended: (_: unknown, at: number) => events.push(`ended @${at}`),
  }
  const side = new StreamSide(null, 'client', { limits, budget, counters, listener })
  const heard = () => {
    const before = events
    events = []
    return before
  }
  const take = (start: number, text: string, at = 0, cutBytes = 0) => {
    const segment = createSegment()
    // A Buffer within larger memory, as in the ring; overwritten once the segment was taken.
    segment.bytes = Buffer.from(`..${text}..`, 'latin1')
    segment.payloadStart = 2
    segment.payloadEnd = 2 + text.length
    segment.cutBytes = cutBytes
    segment.at = at
    side.take(segment, start)
    segment.bytes.fill(0x23)
    return heard()
  }
  return { side, take, budget, counters, heard }
}

test('distances are right across the end of the circle, both ways', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (from, by) => {
      assert.equal(distance(from, (from + by) | 0), by)
    }),
  )
})

test('held bytes keep their time, or take that of later bytes before them; a gap that of giving up', () => {
  const { take, side, heard } = observe()
  assert.deepEqual(take(0, 'ab', 1), ['ab @1'])
  assert.deepEqual(take(4, 'ef', 2), [])
  assert.equal(side.waitingSince(), 2)
  assert.deepEqual(take(2, 'cd', 3), ['cd @3', 'ef @3'])
  assert.equal(side.waitingSince(), null)
  take(8, 'ij', 4)
  side.giveUp(5, 9)
  assert.deepEqual(heard(), ['gap 2 @9', 'ij @4'])
})

test('what waits behind a second gap waits since it came, not since the first was given up', () => {
  const { take, side, heard } = observe()
  take(0, 'a', 0)
  take(9, 'j', 1)
  take(6, 'g', 5)
  take(3, 'd', 7)
  // All three wait for the first gap, so it is as old as the first of them.
  assert.equal(side.waitingSince(), 1)
  assert.deepEqual(take(1, 'bc', 8), ['bc @8', 'd @8'])
  assert.equal(side.waitingSince(), 1)
  side.giveUp(2, 10)
  assert.deepEqual(heard(), ['gap 2 @10', 'g @8', 'gap 2 @10', 'j @8'])
  assert.equal(side.waitingSince(), null)
})

test('a gap that is given up leaves younger ones alone', () => {
  const { take, side, heard } = observe()
  take(0, 'a', 0)
  take(2, 'c', 1)
  take(4, 'e', 5)
  side.giveUp(3, 6)
  assert.deepEqual(heard(), ['gap 1 @6', 'c @1'])
  side.giveUp(5, 7)
  assert.deepEqual(heard(), [])
  assert.equal(side.waitingSince(), 5)
})

const overlaps: readonly (readonly [
  why: string,
  pieces: readonly (readonly [number, string])[],
  stream: string,
  conflicts: number,
  retransmittedBytes: number,
])[] = [
  [
    'a piece again',
    [
      [3, 'def'],
      [3, 'def'],
      [1, 'bc'],
    ],
    'a|bc|def',
    0,
    3,
  ],
  [
    'an end over a held beginning',
    [
      [4, 'efg'],
      [2, 'cdef'],
      [1, 'b'],
    ],
    'a|b|cd|efg',
    0,
    2,
  ],
  [
    'a beginning over a held end',
    [
      [2, 'cde'],
      [4, 'efg'],
      [1, 'b'],
    ],
    'a|b|cde|fg',
    0,
    1,
  ],
  [
    'a piece around a held one',
    [
      [4, 'e'],
      [2, 'cdefg'],
      [1, 'b'],
    ],
    'a|b|cd|e|fg',
    0,
    1,
  ],
  [
    'a piece within a held one',
    [
      [2, 'cdefg'],
      [4, 'e'],
      [1, 'b'],
    ],
    'a|b|cdefg',
    0,
    1,
  ],
  [
    'a bridge between two',
    [
      [2, 'c'],
      [6, 'g'],
      [2, 'cdefg'],
      [1, 'b'],
    ],
    'a|b|c|def|g',
    0,
    2,
  ],
  [
    'a filling over two held ones',
    [
      [2, 'c'],
      [4, 'e'],
      [1, 'bcdefg'],
    ],
    'a|b|c|d|e|fg',
    0,
    2,
  ],
  [
    'a filling that ends in a held one',
    [
      [3, 'defg'],
      [1, 'bcd'],
    ],
    'a|bc|defg',
    0,
    1,
  ],
  [
    'a filling from before the gap',
    [
      [3, 'd'],
      [0, 'abc'],
    ],
    'a|bc|d',
    0,
    1,
  ],
  [
    'adjacent pieces',
    [
      [2, 'c'],
      [3, 'd'],
      [1, 'b'],
    ],
    'a|b|c|d',
    0,
    0,
  ],
  [
    'other bytes behind the gap',
    [
      [3, 'def'],
      [2, 'cXXf'],
      [1, 'b'],
    ],
    'a|b|c|def',
    1,
    3,
  ],
  [
    'other bytes in the filling',
    [
      [3, 'd'],
      [5, 'f'],
      [1, 'bcXeX'],
    ],
    'a|bc|d|e|f',
    1,
    2,
  ],
  [
    'a held piece again with others',
    [
      [2, 'cd'],
      [2, 'XX'],
      [2, 'cX'],
      [1, 'b'],
    ],
    'a|b|cd',
    2,
    4,
  ],
]

for (const [why, pieces, stream, conflicts, retransmittedBytes] of overlaps) {
  test(`first bytes win: ${why}`, () => {
    const { take, counters, budget } = observe()
    const events = [take(0, 'a'), ...pieces.map(([start, text]) => take(start, text))].flat()
    assert.equal(events.map((event) => event.replace(/ @0$/, '')).join('|'), stream)
    assert.equal(counters.conflicts, conflicts)
    assert.equal(counters.retransmittedBytes, retransmittedBytes)
    assert.equal(budget.used(), 0)
  })
}

test('bytes cut off by the capture are a gap at once, and no further than to a held piece', () => {
  const { take } = observe()
  assert.deepEqual(take(0, 'ab', 1, 3), ['ab @1', 'gap 3 @1'])
  assert.deepEqual(take(5, 'fg', 2), ['fg @2'])
  take(10, 'kl', 3)
  assert.deepEqual(take(7, 'h', 4, 8), ['h @4', 'gap 2 @4', 'kl @4'])
  take(14, 'op', 5, 2)
  assert.deepEqual(take(12, 'mn', 6), ['mn @6', 'op @6', 'gap 2 @5'])
  assert.deepEqual(take(18, '', 7, 2), ['gap 2 @7'])
})

test('where memory is short, gaps are given up, and bytes that are in order still come', () => {
  const { take, budget, counters } = observe(new MemoryBudget(600))
  take(0, 'a', 0)
  take(3, 'd', 1)
  take(5, 'f', 2)
  assert.deepEqual(take(7, 'h', 3), ['gap 2 @3', 'd @1', 'gap 1 @3', 'f @2', 'gap 1 @3', 'h @3'])
  assert.equal(budget.used(), 0)
  take(10, 'k', 4)
  budget.take(600 - budget.used())
  assert.deepEqual(take(8, 'i', 5), ['i @5'])
  // Before a held piece: it stays held.
  assert.deepEqual(take(13, 'no', 6), ['gap 1 @6', 'k @5', 'gap 2 @6', 'no @6'])
  assert.equal(counters.retransmittedBytes, 0)
})

test('a copy that got memory for a part only is delivered whole', () => {
  const { take } = observe(new MemoryBudget(700))
  take(0, 'a', 0)
  take(4, 'e', 1)
  assert.deepEqual(take(2, 'cdefg', 2), ['gap 1 @2', 'cd @2', 'e @2', 'fg @2'])
})

test('more pieces or bytes than may be held give the first gap up', () => {
  const { take } = observe()
  take(0, 'a')
  for (let piece = 1; piece <= 10; piece++) assert.deepEqual(take(piece * 2, 'x'), [])
  assert.deepEqual(take(22, 'y', 7), ['gap 1 @7', 'x @0'])
  const other = observe()
  other.take(0, 'a')
  assert.deepEqual(other.take(2, 'b'.repeat(60_000)), [])
  const events = other.take(70_000, 'c'.repeat(60_000), 7)
  assert.deepEqual(events, ['gap 1 @7', `${'b'.repeat(60_000)} @0`])
})

test('a FIN is waited for like bytes, and nothing comes after it', () => {
  const { take, side, heard, budget } = observe()
  take(0, 'ab', 1)
  side.finish(4, 2)
  assert.equal(side.waitingSince(), 2)
  side.giveUp(3, 9)
  assert.deepEqual(heard(), ['gap 2 @9', 'ended @9'])
  assert.equal(side.ended(), true)
  assert.equal(side.waitingSince(), null)
  assert.deepEqual(take(4, 'more', 10), [])
  assert.equal(budget.used(), 0)
})

test('what is held behind a FIN is let go of when the FIN is reached', () => {
  const { take, side, budget } = observe()
  take(0, 'ab', 1)
  side.finish(4, 2)
  take(6, 'bogus', 3)
  assert.deepEqual(take(2, 'cd', 4), ['cd @4', 'ended @4'])
  assert.equal(side.waitingSince(), null)
  assert.equal(budget.used(), 0)
})

test('a FIN from before the delivered end or beyond the window is not believed', () => {
  const { take, side, heard } = observe()
  take(0, 'abcd')
  side.finish(2, 1)
  side.finish(2_000_000, 1)
  side.finish(4, 2)
  assert.deepEqual(heard(), ['ended @2'])
})

test('a payload from beyond the window is not taken', () => {
  const { take, side } = observe()
  take(0, 'ab')
  assert.deepEqual(take(1_500_000, 'x'), [])
  assert.deepEqual(take(-1_500_000, 'x'), [])
  assert.equal(side.waitingSince(), null)
})
