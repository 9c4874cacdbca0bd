// Bytes to text in Unicode normalization form C, whatever charset they came in.
import type { Defect } from './body-decoder.ts'

export interface DecodedText {
  readonly text: string
  /** Lower case; `utf-8` where none or an unknown one was named. */
  readonly charset: string
  readonly defect: Defect | null
}

/** Decodes by the named charset, else by a byte order mark, else as UTF-8; never fails. */
export function decodeText(bytes: Buffer, named: string | undefined): DecodedText {
  const charset = charsetOf(bytes, named)
  if (charset === 'utf-8') {
    const text = bytes.toString('utf8')
    // One code unit for each byte: all are ASCII or bad, so there is nothing to normalize.
    if (text.length === bytes.length && !text.includes('\ufffd'))
      return { text, charset, defect: null }
  }
  try {
    const text = new TextDecoder(charset, { fatal: true }).decode(bytes).normalize('NFC')
    return { text, charset, defect: null }
  } catch {
    const text = new TextDecoder(charset).decode(bytes).normalize('NFC')
    return { text, charset, defect: { kind: 'malformed', what: `not all of it is ${charset}` } }
  }
}

function charsetOf(bytes: Buffer, named: string | undefined): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const name = (named ?? 'utf-8').toLowerCase()
  if (name === 'utf-8' || name === 'utf8') return 'utf-8'
  try {
    return new TextDecoder(name).encoding
  } catch {
    return 'utf-8'
  }
}
