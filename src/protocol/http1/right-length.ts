// A request whose body was changed by who may have left its length as it was (RFC 9112, section 6).
import { findHead } from './editable-message.ts'
import { readEditableRequest } from './editable-request.ts'
import { toText } from './message-parts.ts'
import { octets } from './octets.ts'
import { findField } from './request-editor.ts'

/** The request with the Content-Length of its body; as it is, where that is right, or chunked. */
export function withRightLength(payload: Uint8Array): Uint8Array {
  const head = findHead(payload)
  if (head === null) return payload
  const { fieldsStart, fieldsEnd } = head
  const find = (name: string) => findField(payload, fieldsStart, fieldsEnd, name)
  const body = payload.subarray(fieldsEnd + (payload[fieldsEnd] === octets.cr ? 2 : 1))
  const length = find('content-length')
  const said = length === null ? '' : toText(payload, length.start, length.end)
  if (Number(said) === body.length) return payload
  if (find('transfer-encoding') !== null) return payload
  const request = readEditableRequest(payload)
  if (request === null) return payload
  request.setBody(body)
  return request.bytes()
}
