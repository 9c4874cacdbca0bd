// Who is at the other end of a link that a replayer should be at, by what it says: a replayer says
// nothing. An alert is TLS's refusal of what is none (RFC 8446, section 6).

export interface Stranger {
  /** Behind `it`. */
  readonly what: string
  readonly hint: string
}

const shownMax = 60
const alertType = 21

/** `bytes` are the first that it said. */
export function describeStranger(bytes: Uint8Array): Stranger {
  if (bytes[0] === alertType && bytes[1] === 3) {
    return { what: 'speaks TLS', hint: 'if it has --input-tcp-secure, add --output-tcp-secure' }
  }
  const [line = ''] = Buffer.from(bytes.subarray(0, 400))
    .toString('latin1')
    .split(/[\r\n]/, 1)
  const shown = line.replace(/[^\x20-\x7e]/g, '.').slice(0, shownMax)
  const hint = "give the port of a replayer's --input-tcp; what is sent here is lost"
  if (/^HTTP\/\d/.test(line)) {
    return { what: `answers '${shown}'`, hint: `${hint}; to a web server, --output-http` }
  }
  return { what: `says '${shown}'`, hint }
}
