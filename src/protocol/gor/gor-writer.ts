// Messages as gor records, for files, the link and standard output.
import type { ConnectionId, ExchangeId, Message, Micros } from '../../model/message.ts'
import { formatGorMeta, gorSeparator } from './gor-meta.ts'

/** The message as one whole record. */
export function writeGorRecord(message: Message): Uint8Array {
  const meta = formatGorMeta(message)
  const record = Buffer.allocUnsafe(gorRecordBytes(meta, message.payload))
  putGorRecord(record, 0, meta, message.payload)
  return record
}

/** That a connection ended, to be written behind its last message; it counts as none. */
export function createEnd(connection: ConnectionId, at: Micros): Message {
  // No exchange has the id of its connection.
  const id = connection as string as ExchangeId
  return { kind: 'closed', id, connection, sequence: 0, at, duration: 0, payload: noBytes }
}

const noBytes = new Uint8Array(0)

/** What the record of `payload` takes, with the line that `formatGorMeta` gave for it. */
export function gorRecordBytes(meta: string, payload: Uint8Array): number {
  return meta.length + payload.length + gorSeparator.length
}

/** Writes the record into `target`, which has room for it, and returns where it ends. */
export function putGorRecord(
  target: Buffer,
  offset: number,
  meta: string,
  payload: Uint8Array,
): number {
  const payloadStart = offset + target.write(meta, offset, meta.length, 'latin1')
  target.set(payload, payloadStart)
  const payloadEnd = payloadStart + payload.length
  target.set(gorSeparator, payloadEnd)
  return payloadEnd + gorSeparator.length
}
