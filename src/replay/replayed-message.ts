// What a target answered, as a message like any other.
import type { Message, Micros } from '../model/message.ts'

/** The answer of `target` to the request; the payload is copied out of what may be reused. */
export function createReplayed(
  request: Message,
  target: string,
  { sentAt, endedAt }: { readonly sentAt: Micros; readonly endedAt: Micros },
  payload: Uint8Array,
): Message {
  const { id, connection, sequence, copy, raw } = request
  return {
    kind: 'replayed',
    id,
    connection,
    sequence,
    at: sentAt,
    duration: endedAt - sentAt,
    payload: Buffer.from(payload),
    target,
    ...(copy === undefined ? {} : { copy }),
    ...(raw === undefined ? {} : { raw }),
  }
}
