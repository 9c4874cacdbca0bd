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

export interface HarFile {
  readonly log: { readonly entries: readonly Entry[] }
}

/** Whether it has all of the parts that are read. */
export function isHarFile(value: unknown): value is HarFile {
  const log = isObject(value) ? value.log : null
  return isObject(log) && Array.isArray(log.entries) && log.entries.every(isEntry)
}

function isEntry(value: unknown): boolean {
  if (!isObject(value)) return false
  const { startedDateTime, request, response } = value
  if (!isObject(request) || !isObject(response) || !isObject(response.content)) return false
  const texts = [startedDateTime, request.method, request.url, request.httpVersion]
  texts.push(response.statusText, response.httpVersion)
  const isTold = texts.every((text) => typeof text === 'string')
  return isTold && typeof response.status === 'number' && [request, response].every(hasHeaders)
}

function hasHeaders({ headers }: Readonly<Record<string, unknown>>): boolean {
  const isNamed = (header: unknown) =>
    isObject(header) && typeof header.name === 'string' && typeof header.value === 'string'
  return Array.isArray(headers) && headers.every(isNamed)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
