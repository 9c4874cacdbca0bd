// Whether a request ends where it should (RFC 9112, section 6.3): for one whose source was cut off.
import { readEditableRequest } from './editable-request.ts'
import { isPlausibleRequestStart } from './start-line.ts'

/** True where an HTTP/1 request ends before its head does, or before its body; else false. */
export function isCutRequest(payload: Uint8Array): boolean {
  if (!isPlausibleRequestStart(payload, 0)) return false
  const request = readEditableRequest(payload)
  if (request === null) return true
  const body = request.body()
  if (body === null) return true
  return body.length < Number(request.field('content-length') ?? 0)
}
