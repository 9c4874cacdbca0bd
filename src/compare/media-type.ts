// What a body is: by its Content-Type, and where that says little, by its first octets.

export type BodyFormat =
  | 'empty'
  | 'json'
  | 'json-lines'
  | 'events'
  | 'xml'
  | 'html'
  | 'form'
  | 'multipart'
  | 'text'
  | 'binary'

export interface MediaType {
  /** Lower case, without parameters; empty where none was given. */
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
}

/** Reads a Content-Type (RFC 9110, section 8.3.1); never fails. */
export function readMediaType(value: string | undefined): MediaType {
  const [type = '', ...rest] = (value ?? '').split(';')
  const parameters = new Map<string, string>()
  for (const part of rest) {
    const equals = part.indexOf('=')
    if (equals < 0) continue
    const text = part.slice(equals + 1).trim()
    const isQuoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"')
    const name = part.slice(0, equals).trim().toLowerCase()
    parameters.set(name, isQuoted ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text)
  }
  return { type: type.trim().toLowerCase(), parameters }
}

/** The first rule that matches counts. */
const formatsByType: readonly (readonly [RegExp, BodyFormat])[] = [
  [/^application\/(x-ndjson|ndjson|jsonl|x-jsonlines|json-lines|json-seq)$/, 'json-lines'],
  [/[/+]json$|^application\/json|^text\/json|javascript\+json/, 'json'],
  [/^text\/event-stream$/, 'events'],
  [/^(text\/html|application\/xhtml\+xml)$/, 'html'],
  [/[/+]xml$/, 'xml'],
  [/^application\/x-www-form-urlencoded$/, 'form'],
  [/^multipart\//, 'multipart'],
  [/^text\/|^application\/(javascript|ecmascript|graphql|yaml|x-yaml|toml|sql)$/, 'text'],
  [/^(image|audio|video|font)\/|^application\/(pdf|zip|gzip|wasm|protobuf)/, 'binary'],
]

/** What a body of that type and with that start is; `start` as Latin-1. */
export function chooseFormat(media: MediaType, start: string): BodyFormat {
  const byType = formatsByType.find(([pattern]) => pattern.test(media.type))?.[1]
  if (byType === undefined || (byType === 'text' && media.type === 'text/plain')) {
    return sniff(start) ?? byType ?? 'binary'
  }
  return byType
}

function sniff(start: string): BodyFormat | null {
  const text = start.replace(/^\u00ef\u00bb\u00bf/, '').trimStart()
  if (/^[{[]/.test(text)) return 'json'
  if (/^<!doctype html|^<html[\s>]/i.test(text)) return 'html'
  if (/^<\?xml\s/.test(text)) return 'xml'
  return isPrintable(start) ? 'text' : null
}

function isPrintable(start: string): boolean {
  for (let index = 0; index < start.length; index++) {
    const unit = start.charCodeAt(index)
    if (unit < 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0d && unit !== 0x0c)
      return false
    if (unit === 0x7f) return false
  }
  return true
}
