// A recording for benches: GETs and POSTs of many connections, evenly spaced.
import { closeSync, openSync, writeSync } from 'node:fs'
import { writeGorRecord } from '../../src/protocol/gor/gor-writer.ts'
import { createRequest } from '../../test/support/messages.ts'

export interface RecordingPlan {
  readonly path: string
  readonly messages: number
  readonly perSecond: number
  readonly connections: number
  /** Each fourth request is a POST with a body of so many bytes. */
  readonly bodyBytes: number
}

const startsAt = 1_767_323_045_000_000
const fields =
  'Host: shop.example\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101\r\n' +
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n' +
  'Accept-Language: en-GB,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br\r\n' +
  `Cookie: session=${'5f3a9c01'.repeat(8)}; theme=dark\r\n`

export const recordedGet: Buffer = Buffer.from(
  `GET /items/4711?view=full HTTP/1.1\r\n${fields}\r\n`,
)

/** Writes it; answers its size in bytes. */
export function writeRecording(plan: RecordingPlan): number {
  const file = openSync(plan.path, 'w')
  const body = 'b'.repeat(plan.bodyBytes)
  const length = `Content-Length: ${body.length}\r\n\r\n`
  const post = Buffer.from(`POST /cart HTTP/1.1\r\n${fields}${length}${body}`)
  let size = 0
  for (let from = 0; from < plan.messages; from += 1_000) {
    const count = Math.min(1_000, plan.messages - from)
    const records = Array.from({ length: count }, (_, index) => {
      const number = from + index
      return writeGorRecord(
        createRequest({
          connection: number % plan.connections,
          sequence: Math.floor(number / plan.connections),
          at: startsAt + Math.round((number * 1e6) / plan.perSecond),
          payload: number % 4 === 3 ? post : recordedGet,
        }),
      )
    })
    size += writeSync(file, Buffer.concat(records))
  }
  closeSync(file)
  return size
}
