import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { Message } from '../model/message.ts'
import { formatRecordingSummary, summariseRecording } from './recording-summary.ts'
import { Schedule } from './schedule.ts'

const start = Date.UTC(2026, 0, 2, 3, 4, 5) * 1_000

async function checkSummary(
  messages: readonly Message[],
  speed: number,
  leftOut: ReadonlyMap<string, number> = new Map(),
): Promise<string> {
  async function* read() {
    yield messages
  }
  const schedule = new Schedule({ startsAt: 0, speed, waitMax: null })
  return formatRecordingSummary('a.gor', await summariseRecording(read(), schedule), leftOut)
}

test('a recording is summed up: its messages, its bytes, its time and how long it plays', async () => {
  const messages = [
    createRequest({ at: start, payload: 'four' }),
    createRequest({ at: start + 3_000_000, payload: 'six066' }),
    createRequest({ at: start + 2_000_000, kind: 'response', payload: '' }),
  ]
  assert.equal(
    await checkSummary(messages, 2),
    `a.gor
  2 requests, 1 responses, 0 replayed, 10 bytes
  first 2026-01-02T03:04:05.000Z, last 2026-01-02T03:04:08.000Z
  plays 1.500s`,
  )
})

test('an empty recording has no time', async () => {
  assert.match(await checkSummary([], 1), /first none, last none\n {2}plays 0.000s$/)
})

test('what of a recording cannot be read is told with it', async () => {
  const leftOut = new Map([
    ['bad-record', 2],
    ['truncated', 1],
  ])
  assert.match(await checkSummary([], 1, leftOut), /\n {2}left out: bad-record 2, truncated 1$/)
})
