// A request whose body was changed by who may have left its length as it was (RFC 9112, section 6).
import { readEditableRequest } from './editable-request.ts'
import { octets } from './octets.ts'
import { findFieldsEnd, readHeader } from './request-editor.ts'

/** The request with the Content-Length of its body; as it is, where that is right, or chunked. */
export function withRightLength(payload: Uint8Array): Uint8Array {
  const lineEnd = payload.indexOf(octets.lf)
  const fieldsEnd = lineEnd < 0 ? -1 : findFieldsEnd(payload, lineEnd + 1)
  if (fieldsEnd < 0) return payload
  const body = payload.subarray(fieldsEnd + (payload[fieldsEnd] === octets.cr ? 2 : 1))
  const length = readHeader(payload, 'content-length')
  if (Number(length ?? 0) === body.length) return payload
  if (readHeader(payload, 'transfer-encoding') !== null) return payload
  const request = readEditableRequest(payload)
  if (request === null) return payload
  request.setBody(body)
  return request.bytes()
}
