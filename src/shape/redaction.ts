// Redaction: replaces secrets in messages by pseudonyms, in heads and bodies, and leaves every
// other byte alone; lengths and codings stay right.
import type { Message } from '../model/message.ts'
import { decodeContent, encodeContent, parseCodings } from '../protocol/http1/content-coding.ts'
import { EditableMessage, findHead } from '../protocol/http1/editable-message.ts'
import { EditableRequest, readEditableRequest } from '../protocol/http1/editable-request.ts'
import { EditableResponse, readEditableResponse } from '../protocol/http1/editable-response.ts'
import { mapCookies, mapSetCookie } from './pairs.ts'
import type { Pseudonyms } from './pseudonyms.ts'
import { redactBody, redactParameters } from './redacted-body.ts'
import type { RedactionRules } from './redaction-rules.ts'

/** What a decoded body may have; a longer one is replaced as a whole. */
const bodyBytesMax = 16 * 1024 * 1024

/** Types in which no form and no JSON text is looked for. */
const opaqueTypes = /^(?:(?:image|video|audio|font)\/|text\/(?:css|javascript)\b)/i

/** The very message where it holds no secret. */
export type Redactor = (message: Message) => Message

export function createRedactor(rules: RedactionRules, pseudonyms: Pseudonyms): Redactor {
  const redaction = new MessageRedaction(rules, pseudonyms)
  return (message) => {
    // What is no HTTP has no headers and no forms.
    if (message.raw === true) return message
    const read = message.kind === 'request' ? readEditableRequest : readEditableResponse
    const editable = read(message.payload) ?? readFields(message.payload)
    if (editable === null) return redaction.redactWhole(message)
    redaction.redact(editable)
    const payload = editable.bytes()
    return payload === message.payload ? message : { ...message, payload }
  }
}

/** A message of which only the fields are understood; null where they have no end. */
function readFields(payload: Uint8Array): EditableMessage | null {
  const head = findHead(payload)
  return head === null ? null : new EditableMessage(payload, head)
}

class MessageRedaction {
  readonly #rules: RedactionRules
  readonly #pseudonyms: Pseudonyms
  /** What looks like a secret where nothing else can be told. */
  readonly #traces: RegExp

  constructor(rules: RedactionRules, pseudonyms: Pseudonyms) {
    this.#rules = rules
    this.#pseudonyms = pseudonyms
    this.#traces = findTraces(rules)
  }

  /** Of a message that breaks off in its head nothing stays, where it may hold a secret. */
  redactWhole(message: Message): Message {
    const text = Buffer.from(message.payload).toString('latin1')
    if (!this.#traces.test(text)) return message
    return { ...message, payload: Buffer.from(this.#pseudonyms.of(text)) }
  }

  redact(message: EditableMessage): void {
    const { headers, cookies, allCookies, query, form, json } = this.#rules
    for (const name of headers) message.mapFields(name, (value) => this.#redactValue(name, value))
    if (allCookies || cookies.size > 0) this.#redactCookies(message)
    if (query.size > 0) this.#redactQueries(message)
    if (form.size > 0 || json.length > 0) this.#redactBody(message)
  }

  /** Of credentials the scheme stays (RFC 9110, section 11.4). */
  #redactValue(name: string, value: string): string {
    const credentials = name.endsWith('authorization') ? /^([\w-]+ +)(.+)$/.exec(value) : null
    if (credentials === null) return this.#pseudonyms.of(value)
    return credentials[1] + this.#pseudonyms.of(credentials[2]!)
  }

  #redactCookies(message: EditableMessage): void {
    const { cookies, allCookies } = this.#rules
    const map = (name: string, value: string) => {
      if (!allCookies && !cookies.has(name.toLowerCase())) return value
      const quoted = /^"(.*)"$/.exec(value)
      return quoted === null ? this.#pseudonyms.of(value) : `"${this.#pseudonyms.of(quoted[1]!)}"`
    }
    message.mapFields('cookie', (field) => mapCookies(this.#redactNameless(field, 'all'), map))
    message.mapFields(
      'set-cookie',
      (field) => mapSetCookie(this.#redactNameless(field, 'first'), map)!,
    )
  }

  /** A cookie without a name is a value; of Set-Cookie only the first part is one. */
  #redactNameless(field: string, which: 'all' | 'first'): string {
    if (!this.#rules.allCookies) return field
    const [first = '', ...rest] = field.split(';')
    const redact = (part: string) =>
      part.includes('=') ? part : part.replace(/\S.*/, (value) => this.#pseudonyms.of(value.trim()))
    return [redact(first), ...(which === 'first' ? rest : rest.map(redact))].join(';')
  }

  /** Of the target, and of targets in headers. */
  #redactQueries(message: EditableMessage): void {
    if (message instanceof EditableRequest) message.setTarget(this.#redactUrl(message.target()))
    else if (!(message instanceof EditableResponse))
      message.mapFirstLine((url) => this.#redactUrl(url))
    for (const name of ['referer', 'location', 'content-location']) {
      message.mapFields(name, (url) => this.#redactUrl(url))
    }
  }

  /** Some logins hand tokens over in the fragment. */
  #redactUrl(url: string): string {
    const start = url.search(/[?#]/)
    if (start < 0) return url
    const parts = url.slice(start).split(/([?#])/)
    const redacted = parts.map((part) =>
      redactParameters(part, this.#rules.query, this.#pseudonyms),
    )
    return url.slice(0, start) + redacted.join('')
  }

  #redactBody(message: EditableMessage): void {
    const framed = message.body()
    if (framed?.length === 0) return
    const type = message.field('content-type') ?? ''
    if (opaqueTypes.test(type)) return
    const codings = parseCodings(message.fieldValues('content-encoding').join(','))
    const decoded = framed === null ? null : decodeContent(framed, codings, bodyBytesMax)
    if (decoded !== null) {
      const body = Buffer.from(decoded.buffer, decoded.byteOffset, decoded.length)
      const text = body.toString('latin1')
      const redacted = redactBody(text, type, this.#rules, this.#pseudonyms)
      if (redacted === text) return
      if (redacted !== null) {
        message.setBody(encodeContent(Buffer.from(redacted, 'latin1'), codings))
        return
      }
    }
    // A page in a coding that is not known is taken for a page, and not for JSON.
    if (!/^text\/html\b/i.test(type)) this.#replaceBody(message)
  }

  /** Who knows what is in a body that cannot be read: none of it stays. */
  #replaceBody(message: EditableMessage): void {
    for (const name of ['transfer-encoding', 'content-encoding', 'content-length']) {
      message.removeField(name)
    }
    const whole = Buffer.from(message.body()!).toString('latin1')
    const body = Buffer.from(JSON.stringify(this.#pseudonyms.of(whole)))
    message.setBody(body)
    message.setField('Content-Length', String(body.length))
  }
}

/** Fields and parameters that the rules name, wherever they stand. */
function findTraces({ headers, cookies, allCookies, query }: RedactionRules): RegExp {
  const quote = (text: string) => text.replace(/[^\w-]/g, '\\$&')
  const ofCookies = allCookies || cookies.size > 0 ? ['cookie', 'set-cookie'] : []
  const fields = [...headers, ...ofCookies].map((name) => `(?:^|\\n)[ \\t]*${quote(name)}[ \\t]*:`)
  const parameters = [...query].map((name) => `[?&#]${quote(name)}=`)
  return new RegExp([...fields, ...parameters, '$^'].join('|'), 'i')
}
