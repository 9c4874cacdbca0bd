import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { writeGorRecord } from '../protocol/gor/gor-writer.ts'
import { mergeRecordings, type Recording } from './merged-recordings.ts'

interface Opened extends Recording {
  /** Readings under way, and the most of all recordings at one time. */
  readonly pieceBytes: number
}

const reading = { now: 0, most: 0 }

function createRecording(bytes: Uint8Array, pieceBytes = 50): Opened {
  return {
    pieceBytes,
    async *read() {
      reading.now++
      reading.most = Math.max(reading.most, reading.now)
      try {
        for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
          yield bytes.subarray(offset, offset + pieceBytes)
        }
      } finally {
        reading.now--
      }
    },
  }
}

const record = (at: number) => writeGorRecord(createRequest({ at, payload: `GET /${at}` }))

/** The times of the merged messages, and what was lost. */
async function checkMerge(
  recordings: readonly Recording[],
  depth = 100,
): Promise<{ readonly times: readonly number[]; readonly lost: readonly string[] }> {
  const lost: string[] = []
  const account = { dropped: (reason: string) => void lost.push(reason) }
  const options = { recordings, account, payloadBytesMax: 1_000, depth }
  const times: number[] = []
  for await (const batch of mergeRecordings(options)) times.push(...batch.map(({ at }) => at))
  assert.equal(reading.now, 0)
  return { times, lost }
}

const recordingOf = (...times: number[]) => createRecording(Buffer.concat(times.map(record)))

test('recordings are merged by time', async () => {
  const recordings = [recordingOf(1, 4, 7), recordingOf(), recordingOf(2, 3, 9), recordingOf(5)]
  assert.deepEqual((await checkMerge(recordings, 1)).times, [1, 2, 3, 4, 5, 7, 9])
})

test('a recording that begins within another is opened in time', async () => {
  const whole = (...times: number[]) => createRecording(Buffer.concat(times.map(record)), 1_000)
  assert.deepEqual(
    (await checkMerge([whole(1, 2, 10, 11), whole(5, 6)], 1)).times,
    [1, 2, 5, 6, 10, 11],
  )
})

test('chunks that follow each other are open one after the other', async () => {
  const chunks = Array.from({ length: 20 }, (_, index) => recordingOf(index * 10, index * 10 + 5))
  reading.most = 0
  const { times } = await checkMerge(chunks.reverse())
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  )
  assert.equal(times.length, 40)
  assert.ok(reading.most <= 2, `${reading.most} open`)
})

test('records of one recording are put in order as deep as is read ahead', async () => {
  const recordings = () => [createRecording(Buffer.concat([3, 1, 2, 5, 4].map(record)), 10)]
  assert.deepEqual((await checkMerge(recordings(), 3)).times, [1, 2, 3, 4, 5])
  assert.deepEqual((await checkMerge(recordings(), 1)).times, [3, 1, 2, 5, 4])
})

test('a last record that is cut off is lost, and counted once', async () => {
  const bytes = Buffer.concat([record(1), record(2)])
  const cut = () => createRecording(bytes.subarray(0, bytes.length - 20))
  assert.deepEqual(await checkMerge([cut()]), { times: [1], lost: ['truncated'] })
  assert.deepEqual(await checkMerge([cut(), recordingOf(3)]), {
    times: [1, 3],
    lost: ['truncated'],
  })
})

test('a reader that stops early lets go of the recordings', async () => {
  const options = { account: { dropped() {} }, payloadBytesMax: 1_000, depth: 1 }
  const recordings = [recordingOf(1, 2, 3), recordingOf(1, 2, 3)]
  for await (const batch of mergeRecordings({ ...options, recordings })) {
    assert.equal(batch[0]!.at, 1)
    break
  }
  assert.equal(reading.now, 0)
})
