// A captured response, to read and to change (RFC 9112, section 4).
import { EditableMessage, findHead } from './editable-message.ts'

/** Null where no status line of HTTP/1, or no end of the head, is found. */
export function readEditableResponse(payload: Uint8Array): EditableResponse | null {
  const start = String.fromCharCode(...payload.subarray(0, 13))
  const status = /^HTTP\/1\.\d (\d{3})(?=[ \r\n]|$)/.exec(start)?.[1]
  const head = findHead(payload)
  if (status === undefined || head === null) return null
  return new EditableResponse(payload, head)
}

/** Changes a copy; the payload it was read from stays as it is. */
export class EditableResponse extends EditableMessage {
  status(): number {
    return Number(this.text(statusStart, statusStart + 3))
  }

  /** Another status, without a reason phrase, which nobody reads. */
  setStatus(status: number): void {
    if (status === this.status()) return
    this.replace({ start: statusStart, end: this.firstLineEnd() }, `${status} `)
  }

  /** A response without Content-Length goes on until its connection ends. */
  protected override needsLength(): boolean {
    return false
  }
}

const statusStart = 'HTTP/1.1 '.length
