// A captured request, to read and to change (RFC 9112, section 3). Texts are latin1: one character
// for each octet.
import { EditableMessage, findHead, type HeadOffsets } from './editable-message.ts'
import { octets, tokenOctets } from './octets.ts'
import { endOfTarget, readMethod, readMinorVersion } from './start-line.ts'

/** Null where no request line of HTTP/1, or no end of the head, is found. */
export function readEditableRequest(payload: Uint8Array): EditableRequest | null {
  let methodEnd = 0
  while (tokenOctets[payload[methodEnd]!] === 1) methodEnd++
  if (methodEnd === 0 || payload[methodEnd] !== octets.space) return null
  const targetStart = methodEnd + 1
  const targetEnd = endOfTarget(payload, targetStart, payload.length)
  if (targetEnd === targetStart || payload[targetEnd] !== octets.space) return null
  if (readMinorVersion(payload, targetEnd + 1) < 0) return null
  const head = findHead(payload)
  return head === null ? null : new EditableRequest(payload, head, { targetStart, targetEnd })
}

interface TargetOffsets {
  readonly targetStart: number
  readonly targetEnd: number
}

/** Changes a copy; the payload it was read from stays as it is. */
export class EditableRequest extends EditableMessage {
  readonly #methodText: string
  readonly #targetStart: number
  #targetEnd: number

  constructor(payload: Uint8Array, head: HeadOffsets, offsets: TargetOffsets) {
    super(payload, head)
    this.#targetStart = offsets.targetStart
    this.#targetEnd = offsets.targetEnd
    this.#methodText = readMethod(payload, 0, offsets.targetStart - 1)
  }

  method(): string {
    return this.#methodText
  }

  /** The request target as sent: path and query, mostly. */
  target(): string {
    return this.text(this.#targetStart, this.#targetEnd)
  }

  setTarget(target: string): void {
    this.replace({ start: this.#targetStart, end: this.#targetEnd }, target)
    this.#targetEnd = this.#targetStart + target.length
  }
}
