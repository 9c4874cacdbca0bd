// Requests whose body has a coding (`gzip`): opened to be searched, and closed again where
// something in it was changed.
import { decodeContent, encodeContent, parseCodings } from '../protocol/http1/content-coding.ts'
import { readEditableRequest } from '../protocol/http1/editable-request.ts'
import {
  fieldText,
  joinBody,
  type MessageParts,
  readMessageParts,
} from '../protocol/http1/message-parts.ts'
import { bodyBytesMax } from './correlate-body-uses.ts'

/** The same request with its body decoded; null where it has no coding, or cannot be decoded. */
export function openBody(parts: MessageParts): MessageParts | null {
  const codings = codingsOf(parts)
  if (codings.length === 0 || parts.body.length === 0) return null
  const body = decodeContent(joinBody(parts), codings, bodyBytesMax)
  const request = body === null ? null : readEditableRequest(parts.payload)
  if (request === null || !request.setBody(body!)) return null
  return readMessageParts(request.bytes())
}

/** What was made of an opened request, with its body encoded as it was. */
export function closeBody(opened: MessageParts, payload: Uint8Array): Uint8Array {
  const request = readEditableRequest(payload)!
  request.setBody(encodeContent(request.body()!, codingsOf(opened)))
  return request.bytes()
}

function codingsOf(parts: MessageParts): readonly string[] {
  return parseCodings(fieldText(parts, 'content-encoding') ?? '')
}
