// HTTP/1.1 as far as a shop needs it: requests with Content-Length, answers with Content-Length.

export interface ShopRequest {
  readonly method: string
  readonly path: string
  readonly query: ReadonlyMap<string, string>
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
}

/** One whole request as on the wire; fails where it is none. */
export function parseRequest(bytes: Uint8Array): ShopRequest {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headEnd = buffer.indexOf('\r\n\r\n')
  if (headEnd < 0) throw new Error('no whole request head')
  const [start = '', ...lines] = buffer.toString('latin1', 0, headEnd).split('\r\n')
  const [method = '', target = ''] = start.split(' ')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  const body = buffer.toString('utf8', headEnd + 4)
  return makeRequest(method, target, headers, body)
}

export function makeRequest(
  method: string,
  target: string,
  headers: ReadonlyMap<string, string>,
  body: string,
): ShopRequest {
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const query = mark < 0 ? noQuery : parseForm(target.slice(mark + 1))
  return { method, path, query, headers, body }
}

const noQuery: ReadonlyMap<string, string> = new Map()

/** Fields of a query or of a form's body, encoded alike; the last of a name counts. */
export function parseForm(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=')
    if (equals > 0) fields.set(pair.slice(0, equals), decode(pair.slice(equals + 1)))
  }
  return fields
}

function decode(text: string): string {
  if (!/[%+]/.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

export function readCookie(request: ShopRequest, name: string): string | null {
  for (const pair of (request.headers.get('cookie') ?? '').split('; ')) {
    if (pair.startsWith(`${name}=`)) return pair.slice(name.length + 1)
  }
  return null
}

/** The answer as on the wire. */
export function formatAnswer(answer: Answer): Uint8Array {
  const { status, headers, body } = answer
  let head = `HTTP/1.1 ${status} ${reasons[status] ?? ''}\r\n`
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`
  if (status !== 204 && status !== 304) head += `Content-Length: ${body.length}\r\n`
  head += '\r\n'
  const bytes = Buffer.allocUnsafe(head.length + body.length)
  bytes.write(head, 0, 'latin1')
  bytes.set(body, head.length)
  return bytes
}

/** A whole answer as on the wire, as `formatAnswer` made it. */
export function parseAnswer(bytes: Uint8Array): Answer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headEnd = buffer.indexOf('\r\n\r\n')
  const [start = '', ...lines] = buffer.toString('latin1', 0, headEnd).split('\r\n')
  return {
    status: Number(start.split(' ')[1]),
    headers: lines.map((line) => {
      const colon = line.indexOf(': ')
      return [line.slice(0, colon), line.slice(colon + 2)] as const
    }),
    body: buffer.subarray(headEnd + 4),
  }
}

export function headerOf(answer: Answer, name: string): string | null {
  return answer.headers.find(([other]) => other.toLowerCase() === name)?.[1] ?? null
}
