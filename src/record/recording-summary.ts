// `--input-file-dry-run`: what a recording holds, and how long it would play.
import type { Message, MessageKind, Micros, Source } from '../model/message.ts'
import type { Schedule } from './schedule.ts'

export interface RecordingSummary {
  readonly messages: Readonly<Record<MessageKind, number>>
  readonly payloadBytes: number
  /** Of the first and the last message; null where there is none. */
  readonly firstAt: Micros | null
  readonly lastAt: Micros | null
  /** From the first message to the last one due. */
  readonly duration: Micros
}

/** Reads to the end; `schedule` begins at 0. */
export async function summariseRecording(
  messages: Source<Message>,
  schedule: Schedule,
): Promise<RecordingSummary> {
  const counts = { request: 0, response: 0, replayed: 0, closed: 0 }
  let payloadBytes = 0
  let firstAt: Micros | null = null
  let lastAt: Micros | null = null
  let duration: Micros = 0
  for await (const batch of messages) {
    for (const { kind, payload, at } of batch) {
      counts[kind] += 1
      payloadBytes += payload.length
      firstAt = Math.min(at, firstAt ?? at)
      lastAt = Math.max(at, lastAt ?? at)
      duration = Math.max(duration, schedule.due(at))
    }
  }
  return { messages: counts, payloadBytes, firstAt, lastAt, duration }
}

/** Lines of text, without a line end. */
export function formatRecordingSummary(
  name: string,
  summary: RecordingSummary,
  leftOut: ReadonlyMap<string, number>,
): string {
  const { messages, payloadBytes, firstAt, lastAt, duration } = summary
  const { request, response, replayed } = messages
  const reasons = [...leftOut].map(([reason, count]) => `${reason} ${count}`)
  return [
    name,
    `  ${request} requests, ${response} responses, ${replayed} replayed, ${payloadBytes} bytes`,
    `  first ${formatTime(firstAt)}, last ${formatTime(lastAt)}`,
    `  plays ${(duration / 1e6).toFixed(3)}s`,
    ...(reasons.length === 0 ? [] : [`  left out: ${reasons.join(', ')}`]),
  ].join('\n')
}

function formatTime(at: Micros | null): string {
  return at === null ? 'none' : new Date(at / 1_000).toISOString()
}
