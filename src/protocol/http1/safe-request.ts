// Which requests change nothing at the server (RFC 9110, section 9.2.1).

const safeMethods = ['GET ', 'HEAD ', 'OPTIONS ', 'TRACE ', 'QUERY '].map((text) =>
  Buffer.from(text, 'latin1'),
)

/** By the method of a request as on the wire. */
export function isSafeRequest(payload: Uint8Array): boolean {
  return safeMethods.some((method) => method.every((octet, index) => payload[index] === octet))
}
