// How stored messages begin, for lists: what was asked, and with which status it was answered
// (RFC 9112, sections 3 and 4).

/** Method and target of the beginning of a request; ends in `…` where the line goes on. */
export function readAsked(start: Uint8Array): string {
  const text = Buffer.from(start).toString('latin1')
  const end = text.search(/[\r\n]/)
  if (end < 0) return `${text}…`
  return text.slice(0, end).replace(/ HTTP\/\d(?:\.\d)?$/, '')
}

/** Of the beginning of an answer; null where there is none, or no status in it. */
export function readStoredStatus(start: Uint8Array | null): number | null {
  if (start === null) return null
  const found = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(Buffer.from(start).toString('latin1'))
  return found === null ? null : Number(found[1])
}
