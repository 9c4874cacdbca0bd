// Puts values into a request. A body that has a coding (`gzip`) is opened to be searched, and
// encoded again where something in it was changed.
import { decodeContent, encodeContent } from '../protocol/http1/content-coding.ts'
import { readEditableRequest } from '../protocol/http1/editable-request.ts'
import {
  codingsOf,
  joinBody,
  type MessageParts,
  readMessageParts,
} from '../protocol/http1/message-parts.ts'
import { spliceMessage } from '../protocol/http1/message-splicer.ts'
import { bodyBytesMax } from './correlate-body-uses.ts'
import { type Use, writeAs } from './correlate-tokens.ts'

/** The same request with its body decoded; null where it has no coding, or cannot be decoded. */
export function openBody(parts: MessageParts): MessageParts | null {
  const codings = codingsOf(parts)
  if (codings.length === 0 || parts.body.length === 0) return null
  const body = decodeContent(joinBody(parts), codings, bodyBytesMax)
  const request = body === null ? null : readEditableRequest(parts.payload)
  if (request === null || !request.setBody(body!)) return null
  return readMessageParts(request.bytes())
}

/** What is put where a value of production's stands. */
export interface Substitution {
  readonly use: Use
  readonly substitute: string
}

/** The request with each value in its place. */
export function changeUses(parts: MessageParts, found: readonly Substitution[]): Uint8Array {
  const splices = found.map(({ use, substitute }) => {
    return { start: use.start, end: use.end, text: writeAs(use.notation, substitute) }
  })
  return spliceMessage(parts, splices)
}

/** The opened request, encoded again, with each value in its place; null where its head has all. */
export function changeOpened(
  opened: MessageParts,
  found: readonly Substitution[],
): Uint8Array | null {
  const bodyStart = opened.body[0]?.lineStart ?? Number.POSITIVE_INFINITY
  if (found.every(({ use }) => use.start < bodyStart)) return null
  const request = readEditableRequest(changeUses(opened, found))!
  request.setBody(encodeContent(request.body()!, codingsOf(opened)))
  return request.bytes()
}
