// What comparing looks at in a request: where it goes, what it asks for, and what it has in common
// with others.
import { type ActionRequest, readAction } from '../endpoints/action-name.ts'
import { readFeatures } from '../judge/request-features.ts'

/** A request as on the wire, read as far as naming its endpoint needs. */
export interface RequestView {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly path: string
  /** Lower-case names, in the order in which they came. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Lower case, without parameters. */
  readonly contentType: string
  /** Text of a body that is neither chunked nor encoded; null where there is none. */
  readonly body: string | null
}

const headBytesMax = 64 * 1024
const bodyBytesMax = 64 * 1024

/** Never fails; what is no request has empty parts. */
export function viewRequest(payload: Uint8Array): RequestView {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  const blank = bytes.indexOf('\r\n\r\n')
  const headEnd = blank < 0 ? bytes.length : blank
  const [line = '', ...rest] = bytes
    .toString('latin1', 0, Math.min(headEnd, headBytesMax))
    .split('\r\n')
  const [method = '', sent = ''] = line.split(' ')
  // An absolute target names the host first (RFC 9112, section 3.2.2).
  const target = sent.replace(/^[a-z][a-z+.-]*:\/\/[^/?]*/i, '')
  const fields = rest.flatMap((field) => {
    const colon = field.indexOf(':')
    return colon < 1
      ? []
      : [[field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const]
  })
  const find = (name: string) => fields.find(([known]) => known === name)?.[1]
  const contentType = (find('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase()
  const isPlain = find('transfer-encoding') === undefined && find('content-encoding') === undefined
  const hasBody = isPlain && headEnd + 4 < bytes.length && bytes.length - headEnd <= bodyBytesMax
  const body = hasBody ? bytes.toString('utf8', headEnd + 4) : null
  return { method, target, path: target.split('?', 1)[0]!, fields, contentType, body }
}

/** As `readAction`. */
export function actionOf(view: RequestView, parameters: readonly string[]): string | null {
  return readAction(view satisfies ActionRequest, parameters)
}

/** As `readFeatures`; `answer` is a body that was decoded, where it may be JSON. */
export function featuresOf(
  view: RequestView,
  answer: string | null,
  status: number | null,
): readonly string[] {
  return readFeatures({ ...view, headers: view.fields, answer, status })
}
