// Messages for tests, with everything a test does not care about filled in.
import type { ConnectionId, ExchangeId, Message, MessageKind } from '../../src/model/message.ts'

export interface MessageParts {
  readonly kind?: MessageKind
  readonly connection?: number
  readonly sequence?: number
  readonly at?: number
  readonly payload?: string | Uint8Array
  readonly pipelined?: boolean
  readonly raw?: boolean
  readonly due?: number
  readonly copy?: number
}

/** A GET of `/` unless `payload` says otherwise. */
export function createRequest(parts: MessageParts): Message {
  const { kind = 'request', connection = 0, sequence = 0, at = 0, payload: given, ...rest } = parts
  const payload = given ?? 'GET / HTTP/1.1\r\nHost: production\r\n\r\n'
  const connectionId = `5f3a9c01${hex(connection)}` as ConnectionId
  return {
    kind,
    id: `${connectionId}${hex(sequence)}` as ExchangeId,
    connection: connectionId,
    sequence,
    at,
    duration: 0,
    ...rest,
    payload: typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload,
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0')
}
