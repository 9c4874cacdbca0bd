// The parts of a form that is sent as multipart/form-data (RFC 7578; RFC 2046, section 5.1.1).

export interface FormPart {
  readonly name: string
  /** Of what the part holds, without the line end that belongs to the boundary. */
  readonly start: number
  readonly end: number
}

/** Parts with a name, of a body in latin1; null where the boundary or the last part is missing. */
export function findFormParts(body: string, contentType: string): readonly FormPart[] | null {
  const named = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType)
  const boundary = named?.[1] ?? named?.[2]
  if (boundary === undefined) return null
  const delimiter = `--${boundary}`
  const parts: FormPart[] = []
  let at = body.startsWith(delimiter) ? 0 : body.indexOf(`\n${delimiter}`) + 1
  if (at === 0 && !body.startsWith(delimiter)) return null
  for (;;) {
    const after = at + delimiter.length
    if (body.startsWith('--', after)) return parts
    const next = body.indexOf(`\n${delimiter}`, after)
    if (next < 0) return null
    const end = body[next - 1] === '\r' ? next - 1 : next
    const head = /\r?\n\r?\n/g
    head.lastIndex = after
    const empty = head.exec(body)
    if (empty === null || empty.index > end) return null
    const fields = body.slice(after, empty.index)
    const name = /^content-disposition:[^\n]*;\s*name=(?:"([^"]*)"|([^\s;]+))/im.exec(fields)
    const start = empty.index + empty[0].length
    if (name !== null) parts.push({ name: name[1] ?? name[2]!, start, end: Math.max(start, end) })
    at = next + 1
  }
}
