// Who is at the other end of a link in the place of a replayer, which says nothing, or of a
// listener, by what it says first. An alert is TLS's refusal of what is none, a handshake how it
// begins (RFC 8446, sections 5 and 6).

export interface Stranger {
  /** Behind `it`. */
  readonly what: string
  readonly hint: string
}

/** Who says the first bytes of a wire that a listener should send on; null: perhaps a listener. */
export function findStrangePeer(bytes: Uint8Array): Stranger | null {
  if (bytes[0] === handshakeType && bytes[1] === 3) {
    return {
      what: 'speaks TLS',
      hint: 'add --input-tcp-secure here, or leave its --output-tcp-secure out',
    }
  }
  const start = Buffer.from(bytes.subarray(0, 400)).toString('latin1')
  if (!/^[A-Z]{3,10} \S* HTTP\/\d/.test(start)) return null
  return {
    what: 'speaks HTTP',
    hint: 'listeners send with --output-tcp; requests that a proxy mirrors are for --input-http',
  }
}

const handshakeType = 22
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
