import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  isSameFormat,
  readTimestamp,
  readUnixTime,
  relateTimes,
  type TimeRelation,
} from './timestamp.ts'

const at = Date.UTC(2026, 0, 2, 3, 4, 5) * 1_000

const times: readonly (readonly [text: string, micros: number])[] = [
  ['2026-01-02T03:04:05Z', at],
  ['2026-01-02T03:04:05.250Z', at + 250_000],
  ['2026-01-02 03:04:05', at],
  ['2026-01-02T04:04:05+01:00', at],
  ['2026-01-01T22:04:05-0500', at],
  ['20260102030405', at],
  ['20260102T030405Z', at],
  ['20260102030405123', at + 123_000],
  ['Fri, 02 Jan 2026 03:04:05 GMT', at],
]

for (const [text, micros] of times) {
  test(`${text} is a point in time`, () => {
    assert.equal(readTimestamp(text)?.micros, micros)
  })
}

const unixTimes: readonly (readonly [text: string, micros: number])[] = [
  ['1767323045', at],
  ['1767323045123', at + 123_000],
  ['1767323045.5', at + 500_000],
]

for (const [text, micros] of unixTimes) {
  test(`${text} is a Unix time`, () => {
    assert.equal(readUnixTime(text)?.micros, micros)
  })
}

for (const text of [
  '',
  '2026-13-02',
  '2026-01-02T25:00:00Z',
  '20261399999999',
  'yesterday',
  '12345678',
]) {
  test(`${JSON.stringify(text)} is none`, () => {
    assert.equal(readTimestamp(text), null)
    assert.equal(readUnixTime(text), null)
  })
}

const formats: readonly (readonly [one: string, other: string, same: boolean])[] = [
  ['2026-01-02T03:04:05Z', '2025-05-06T07:08:09Z', true],
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05', false],
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z', false],
  ['2026-01-02T03:04:05+01:00', '2026-07-02T03:04:05+02:00', true],
  ['2026-01-02T03:04:05+01:00', '2026-01-02T03:04:05+02:00', false],
]

for (const [one, other, same] of formats) {
  test(`${one} and ${other} are ${same ? '' : 'not '}written alike`, () => {
    assert.equal(isSameFormat(readTimestamp(one)!, readTimestamp(other)!), same)
  })
}

const hour = 3_600_000_000
const relations: readonly (readonly [
  name: string,
  a: number,
  b: number,
  relation: TimeRelation,
])[] = [
  ['both now', 0, 1_000_000, 'as-far'],
  ['both an hour ago', -hour, -hour - 1_000_000, 'as-far'],
  ['one now, one two hours off', 0, 2 * hour, 'zone'],
  ['one now, one days off', 0, 100 * hour, 'other'],
  ['old ones', -50 * hour, -52 * hour, 'other'],
]

for (const [name, a, b, relation] of relations) {
  test(`times of two answers, ${name}: ${relation}`, () => {
    const [atA, atB] = [at, at + 7 * hour]
    const time = (micros: number) => ({ micros, format: '', step: 1 })
    assert.equal(relateTimes(time(atA + a), time(atB + b), atA, atB), relation)
  })
}
