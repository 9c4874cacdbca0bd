// Messages as text for a terminal: nothing in a payload can move the cursor or change a colour.
import type { Message } from '../model/message.ts'
import { formatInstant } from './instant.ts'

/** Of a body; what is left out is told. */
const bodyBytesMax = 4096

/** A line about the message, its text with escapes for what cannot be shown, and a blank line. */
export function formatReadable(message: Message): string {
  const { kind, id, connection, payload } = message
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
  const shown = bytes.subarray(0, endOfHead(bytes) + bodyBytesMax)
  const more = bytes.length - shown.length
  const title = `── ${formatInstant(message.at)} ${kind} ${id} connection ${connection}`
  const text = `${escapeControls(`${title} · ${bytes.length} bytes`)}\n${showText(shown)}`
  const lines = text.endsWith('\n') ? text : `${text}\n`
  return more === 0 ? `${lines}\n` : `${lines}… ${more} more bytes\n\n`
}

/** Where the body begins; 0 when there is no whole head. */
function endOfHead(bytes: Buffer): number {
  const end = bytes.indexOf('\r\n\r\n')
  return end === -1 ? 0 : end + 4
}

function showText(bytes: Buffer): string {
  const text = decodeUtf8(bytes)
  if (text !== null) return escapeControls(text.replaceAll('\r\n', '\n'))
  const latin = bytes.toString('latin1').replaceAll('\r\n', '\n')
  return latin.replace(/[^\n\t\x20-\x7e]/g, escapeByte)
}

/** Null when the bytes are no UTF-8; a character that is cut off at the end is left out. */
function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return decoder.decode(bytes, { stream: true })
  } catch {
    return null
  }
}

/** Controls, and what is invisible or turns the direction of writing. */
function escapeControls(text: string): string {
  return text.replace(/[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0)!
    return code < 0x100 ? escapeByte(character) : `\\u{${code.toString(16)}}`
  })
}

function escapeByte(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}
