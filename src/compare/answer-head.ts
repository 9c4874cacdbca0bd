// The head of an answer as it is compared: its status and its fields by name (RFC 9112, 4 and 5).

export interface AnswerHead {
  readonly status: number
  /** By lower-case name, in the order in which they came; several of one name by `fieldBreak`. */
  readonly fields: ReadonlyMap<string, string>
  /** Where the body begins. */
  readonly bodyStart: number
}

/** Between the values of several fields with one name; cannot stand in a value. */
export const fieldBreak = '\n'

const fieldsMax = 1_000

/** The head of a response as on the wire; null where it is none. Fields beyond 1,000 are left. */
export function readAnswerHead(payload: Uint8Array): AnswerHead | null {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  const end = findHeadEnd(bytes)
  if (end === null) return null
  const lines = bytes.toString('latin1', 0, end.at).split('\n')
  const status = /^HTTP\/\d\.\d (\d{3})(?: |\r?$)/.exec(lines[0]!)
  if (status === null) return null
  const fields = new Map<string, string>()
  const count = Math.min(lines.length, fieldsMax)
  for (let index = 1; index < count; index++) {
    const line = lines[index]!
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const before = fields.get(name)
    fields.set(name, before === undefined ? value : before + fieldBreak + value)
  }
  return { status: Number(status[1]), fields, bodyStart: end.body }
}

/** Where the last field ends and where the body begins. */
function findHeadEnd(bytes: Buffer): { readonly at: number; readonly body: number } | null {
  const crlf = bytes.indexOf('\r\n\r\n', 0, 'latin1')
  if (crlf >= 0) return { at: crlf, body: crlf + 4 }
  const lf = bytes.indexOf('\n\n', 0, 'latin1')
  return lf < 0 ? null : { at: lf, body: lf + 2 }
}
