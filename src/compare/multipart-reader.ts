// Splits a multipart body into its parts (RFC 2046, section 5.1; RFC 7578 for names).
import type { Defect } from './body-decoder.ts'
import { type MediaType, readMediaType } from './media-type.ts'

export interface BodyPart {
  /** From its Content-Disposition; `part` where it has none. */
  readonly name: string
  readonly fileName: string | null
  readonly media: MediaType
  readonly body: Buffer
}

const partsMax = 1_000

/** The parts between the boundaries; a body without its last boundary is malformed. */
export function splitMultipart(
  bytes: Buffer,
  boundary: string,
): { readonly parts: readonly BodyPart[]; readonly defect: Defect | null } {
  const parts: BodyPart[] = []
  const line = Buffer.from(`--${boundary}`, 'latin1')
  const malformed = (what: string) => ({ parts, defect: { kind: 'malformed', what } as const })
  if (boundary === '') return malformed('no boundary is named')
  let start = bytes.indexOf(line)
  if (start < 0) return malformed('the boundary is missing')
  while (parts.length < partsMax) {
    const from = start + line.length
    if (bytes[from] === 0x2d && bytes[from + 1] === 0x2d) return { parts, defect: null }
    const next = bytes.indexOf(line, from)
    if (next < 0) return malformed('the last boundary is missing')
    parts.push(readPart(bytes.subarray(from, next)))
    start = next
  }
  return malformed('too many parts')
}

/** From behind the boundary to before the next one, with the line ends on both sides. */
function readPart(bytes: Buffer): BodyPart {
  const headEnd = bytes.indexOf('\r\n\r\n')
  const head = bytes.toString('latin1', 0, Math.max(headEnd, 0))
  const body = bytes.subarray(headEnd < 0 ? 0 : headEnd + 4)
  const end = body.length - (body.at(-2) === 0x0d ? 2 : 1)
  const fields = new Map(
    head.split('\r\n').map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const disposition = readMediaType(fields.get('content-disposition')).parameters
  return {
    name: disposition.get('name') ?? 'part',
    fileName: disposition.get('filename') ?? null,
    media: readMediaType(fields.get('content-type') ?? 'text/plain'),
    body: body.subarray(0, Math.max(end, 0)),
  }
}
