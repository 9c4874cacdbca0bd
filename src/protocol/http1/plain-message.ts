// A message as a reader wants it: its body without chunks and content codings, its length in
// Content-Length (RFC 9112, section 7; RFC 9110, section 8.4).
import type { Message } from '../../model/message.ts'
import { decodeContent, parseCodings } from './content-coding.ts'
import type { EditableMessage } from './editable-message.ts'
import { readEditableRequest } from './editable-request.ts'
import { readEditableResponse } from './editable-response.ts'

/**
 * The message with a plain body; itself where it has one, or where it cannot be read. A coding
 * that is unknown, or gives more than `bodyBytesMax`, stays.
 */
export function makePlain(message: Message, bodyBytesMax: number): Message {
  if (message.raw === true || message.kind === 'closed') return message
  const editable = readMessage(message)
  if (editable === null || !makeBodyPlain(editable, bodyBytesMax)) return message
  return { ...message, payload: editable.bytes() }
}

/** The message to read and change; null where it is no HTTP. */
export function readMessage({ kind, payload }: Message): EditableMessage | null {
  return kind === 'request' ? readEditableRequest(payload) : readEditableResponse(payload)
}

/** False where nothing was to be done. */
function makeBodyPlain(message: EditableMessage, bodyBytesMax: number): boolean {
  const body = message.body()
  const isChunked = message.field('transfer-encoding') !== null
  if (body === null || (body.length === 0 && !isChunked)) return false
  const codings = parseCodings(message.fieldValues('content-encoding').join(','))
  const decoded = decodeContent(body, codings, bodyBytesMax)
  if (!isChunked && (codings.length === 0 || decoded === null)) return false
  if (decoded !== null) message.removeField('content-encoding')
  message.removeField('transfer-encoding')
  message.removeField('trailer')
  const data = decoded ?? body
  message.setBody(data)
  if (message.field('content-length') === null) {
    message.addField('Content-Length', String(data.length))
  }
  return true
}
