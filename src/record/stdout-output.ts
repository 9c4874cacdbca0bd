// `--output-stdout`: shows messages to a reader, who may be slow or gone, without waiting for them.
import { HandedBytes } from '../base/handed-bytes.ts'
import type { OutputAccount } from '../model/ledger.ts'
import type { Message } from '../model/message.ts'
import type { Output } from '../model/output.ts'
import { writeGorRecord } from '../protocol/gor/gor-writer.ts'
import { formatReadable } from './readable.ts'

export interface StdoutOutputOptions {
  readonly name: string
  readonly write: (bytes: Uint8Array) => boolean
  /** Bytes that were written but not taken by the operating system yet. */
  readonly pendingBytes: () => number
  /** Nobody reads any more, so that what is pending will not be taken. */
  readonly isBroken: () => boolean
  readonly format: 'readable' | 'gor'
  readonly account: OutputAccount
  /** What may wait for a slow reader; what comes beyond is dropped as `queue-full`. */
  readonly queueBytesMax: number
}

/** Messages of all kinds; each counts as delivered when the operating system took its bytes. */
export function createStdoutOutput(options: StdoutOutputOptions): Output {
  const { name, write, pendingBytes, isBroken, account, queueBytesMax } = options
  const format = formats[options.format]
  const handed = new HandedBytes()
  const settle = () => account.delivered(handed.taken(pendingBytes()))
  return {
    name,
    write(batch) {
      const room = queueBytesMax - pendingBytes()
      const taken = takeWhileRoom(batch, format, room)
      account.accepted(taken.messages)
      account.dropped('queue-full', batch.length - taken.messages)
      if (taken.messages > 0) {
        handed.add(taken.bytes.length, taken.messages)
        write(taken.bytes)
      }
      settle()
    },
    tick: settle,
    idle: () => isBroken() || pendingBytes() === 0,
    queuedBytes: pendingBytes,
    async close() {
      settle()
      account.dropped('exit', handed.clear())
    },
  }
}

type Format = (message: Message) => Uint8Array

const formats: Readonly<Record<StdoutOutputOptions['format'], Format>> = {
  readable: (message) => Buffer.from(formatReadable(message)),
  gor: writeGorRecord,
}

/** One piece, so that a batch costs one write. */
function takeWhileRoom(batch: readonly Message[], format: Format, room: number) {
  const parts: Uint8Array[] = []
  let left = room
  for (const message of batch) {
    const part = format(message)
    if (part.length > left) break
    left -= part.length
    parts.push(part)
  }
  return { bytes: Buffer.concat(parts), messages: parts.length }
}
