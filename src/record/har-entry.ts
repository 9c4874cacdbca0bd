// What of an HTTP archive (HAR 1.2) is read and written.

export interface Named {
  readonly name: string
  readonly value: string
}

export interface PostData {
  readonly mimeType?: string
  readonly text?: string
  readonly params?: readonly { readonly name: string; readonly value?: string }[]
  /** `base64` where the body is no text: ours, and that of other programs. */
  readonly _encoding?: string
  readonly encoding?: string
}

export interface Entry {
  readonly startedDateTime: string
  readonly connection?: string
  readonly request: {
    readonly method: string
    readonly url: string
    readonly httpVersion: string
    readonly headers: readonly Named[]
    readonly postData?: PostData
    readonly bodySize?: number
  }
  readonly response: {
    /** 0: there was none. */
    readonly status: number
    readonly statusText: string
    readonly httpVersion: string
    readonly headers: readonly Named[]
    readonly content: {
      readonly size?: number
      readonly mimeType?: string
      readonly text?: string
      readonly encoding?: string
    }
  }
  /** In milliseconds; -1 or absent: does not apply. */
  readonly timings?: Readonly<
    Partial<Record<'blocked' | 'dns' | 'connect' | 'send' | 'wait' | 'receive', number>>
  >
}

/** The entries of an archive, null where one cannot be read; null where the value is none. */
export function readEntries(value: unknown): readonly (Entry | null)[] | null {
  const log = isObject(value) ? value.log : null
  if (!isObject(log) || !Array.isArray(log.entries)) return null
  const entries = log.entries.map(readEntry)
  return entries.length > 0 && entries.every((entry) => entry === null) ? null : entries
}

/** What programs leave out is as it mostly is; an entry without a response was not answered. */
function readEntry(value: unknown): Entry | null {
  if (!isObject(value) || !isObject(value.request)) return null
  const { startedDateTime, request } = value
  const { method, url } = request
  const response = isObject(value.response) ? value.response : {}
  const isTold = [startedDateTime, method, url].every((text) => typeof text === 'string')
  if (!isTold || !isBody(request.postData) || !isBody(response.content)) return null
  return {
    ...value,
    request: { ...request, ...readVersion(request), headers: readHeaders(request) },
    response: {
      ...response,
      ...readVersion(response),
      status: typeof response.status === 'number' ? response.status : 0,
      statusText: typeof response.statusText === 'string' ? response.statusText : '',
      headers: readHeaders(response),
      content: isObject(response.content) ? response.content : {},
    },
  } as Entry
}

function isBody(body: unknown): boolean {
  if (body === undefined || body === null) return true
  return isObject(body) && (body.text === undefined || typeof body.text === 'string')
}

function readVersion({ httpVersion }: Fields): { readonly httpVersion: string } {
  return { httpVersion: typeof httpVersion === 'string' ? httpVersion : 'HTTP/1.1' }
}

function readHeaders({ headers }: Fields): readonly Named[] {
  if (!Array.isArray(headers)) return []
  return headers.flatMap((header: unknown): Named | [] => {
    if (!isObject(header) || typeof header.name !== 'string') return []
    const { name, value } = header
    const isTold = typeof value === 'string' || typeof value === 'number'
    return isTold ? { name, value: String(value) } : []
  })
}

type Fields = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
