// What a script sees of a message: unchanging, and each change makes another.
import type { ScriptMessage, ScriptRequest, ScriptResponse } from '../model/script-api.ts'
import { decodeContent, encodeContent, parseCodings } from '../protocol/http1/content-coding.ts'
import type { EditableMessage } from '../protocol/http1/editable-message.ts'
import { type EditableRequest, readEditableRequest } from '../protocol/http1/editable-request.ts'
import { type EditableResponse, readEditableResponse } from '../protocol/http1/editable-response.ts'
import { decodeParameter, mapCookies, mapQuery, mapSetCookie } from './pairs.ts'
import { toOctets } from './re2-pattern.ts'

/** Null where the payload is no request of HTTP/1. */
export function readScriptRequest(payload: Uint8Array): ScriptRequest | null {
  return readEditableRequest(payload) === null ? null : new RequestView(payload)
}

/** Null where the payload is no response of HTTP/1. */
export function readScriptResponse(payload: Uint8Array): ScriptResponse | null {
  return readEditableResponse(payload) === null ? null : new ResponseView(payload)
}

/** Whether it is one of ours, and not something that only looks like it. */
export function isScriptMessage(value: unknown): value is ScriptMessage<unknown> {
  return value instanceof MessageView
}

/** A longer body is not decoded for a script. */
const bodyBytesMax = 64 * 1024 * 1024

const framingFields = /^(content-length|transfer-encoding)$/i

abstract class MessageView<Self, Editable extends EditableMessage> {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  header(name: string): string | null {
    return this.edit().field(name)
  }

  headers(): readonly (readonly [name: string, value: string])[] {
    return this.edit().fields()
  }

  withHeader(name: string, value: string): Self {
    checkField(name, value)
    return this.changed((message) => message.setField(name, toOctetsWhereWide(value)))
  }

  withoutHeader(name: string): Self {
    checkField(name, '')
    return this.changed((message) => message.removeField(name))
  }

  body(): Uint8Array {
    const message = this.edit()
    const framed = message.body()
    const codings = readCodings(message)
    const body = framed === null ? null : decodeContent(framed, codings, bodyBytesMax)
    if (body === null) throw new Error('the body cannot be decoded')
    return body
  }

  text(): string {
    return new TextDecoder().decode(this.body())
  }

  json(): unknown {
    return JSON.parse(this.text())
  }

  withBody(body: string | Uint8Array): Self {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    return this.changed((message) => {
      const framed = encodeContent(bytes, readCodings(message))
      if (!message.setBody(framed)) throw new Error('the body cannot be replaced')
    })
  }

  protected changed(change: (message: Editable) => void): Self {
    const message = this.edit()
    change(message)
    return this.create(message.bytes())
  }

  protected abstract edit(): Editable
  protected abstract create(bytes: Uint8Array): Self
}

class RequestView extends MessageView<ScriptRequest, EditableRequest> implements ScriptRequest {
  get method(): string {
    return this.edit().method()
  }

  get target(): string {
    return this.edit().target()
  }

  get path(): string {
    return splitTarget(this.target).path
  }

  withTarget(target: string): ScriptRequest {
    if (!/^[\x21-\x7e\x80-\xff]+$/.test(target)) {
      throw new Error(`'${target}' is no target of a request: encode it`)
    }
    return this.changed((request) => request.setTarget(target))
  }

  withPath(path: string): ScriptRequest {
    return this.withTarget(path + splitTarget(this.target).query)
  }

  query(name: string): string | null {
    let found: string | null = null
    mapQuery(this.target, (key, value) => {
      if (decodeParameter(key) === name) found ??= decodeParameter(value)
      return value
    })
    return found
  }

  withQuery(name: string, value: string | null): ScriptRequest {
    const encoded = value === null ? null : encodeURIComponent(value)
    const { target } = this
    let isFound = false
    const mapped = mapQuery(target, (key, old) => {
      // All of the name where it is to be gone, for any would be seen.
      if (decodeParameter(key) !== name || (isFound && encoded !== null)) return old
      isFound = true
      return encoded
    })
    if (isFound || encoded === null) return this.withTarget(mapped)
    const mark = target.includes('?') ? '&' : '?'
    return this.withTarget(`${target}${mark}${encodeURIComponent(name)}=${encoded}`)
  }

  cookie(name: string): string | null {
    let found: string | null = null
    for (const field of this.edit().fieldValues('cookie')) {
      mapCookies(field, (key, value) => {
        if (key === name) found ??= value
        return value
      })
    }
    return found
  }

  withCookie(name: string, value: string | null): ScriptRequest {
    checkField('cookie', `${name}${value ?? ''}`)
    if (this.cookie(name) === null) return this.#addCookie(name, value)
    return this.changed((request) => {
      request.mapFields('cookie', (field) =>
        mapCookies(field, (key, old) => (key === name ? value : old)),
      )
      if (request.fieldValues('cookie').every((field) => field.trim() === '')) {
        request.removeField('cookie')
      }
    })
  }

  protected edit(): EditableRequest {
    return readEditableRequest(this.bytes)!
  }

  protected create(bytes: Uint8Array): ScriptRequest {
    return new RequestView(bytes)
  }

  #addCookie(name: string, value: string | null): ScriptRequest {
    if (value === null) return this
    const before = this.header('cookie')
    return this.changed((request) =>
      request.setField('Cookie', `${before === null ? '' : `${before}; `}${name}=${value}`),
    )
  }
}

class ResponseView extends MessageView<ScriptResponse, EditableResponse> implements ScriptResponse {
  get status(): number {
    return this.edit().status()
  }

  withStatus(status: number): ScriptResponse {
    if (!/^[1-9]\d\d$/.test(`${status}`)) throw new Error(`${status} is no status`)
    return this.changed((response) => response.setStatus(status))
  }

  cookie(name: string): string | null {
    let found: string | null = null
    for (const field of this.edit().fieldValues('set-cookie')) {
      mapSetCookie(field, (key, value) => {
        if (key === name) found ??= value
        return value
      })
    }
    return found
  }

  protected edit(): EditableResponse {
    return readEditableResponse(this.bytes)!
  }

  protected create(bytes: Uint8Array): ScriptResponse {
    return new ResponseView(bytes)
  }
}

/** One character for each octet, as `header` gives it; UTF-8 where there is a character beyond. */
function toOctetsWhereWide(value: string): string {
  return /[^\0-\xff]/.test(value) ? toOctets(value) : value
}

function readCodings(message: EditableMessage): readonly string[] {
  return parseCodings(message.fieldValues('content-encoding').join(','))
}

function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?')
  const end = mark < 0 ? target.length : mark
  return { path: target.slice(0, end), query: target.slice(end) }
}

function checkField(name: string, value: string): void {
  if (!/^[!#$%&'*+.^`|~\w-]+$/.test(name)) throw new Error(`'${name}' is no name of a header`)
  if (/[\r\n\0]/.test(value)) throw new Error(`a header is one line: ${JSON.stringify(value)}`)
  if (framingFields.test(name)) throw new Error(`${name} is set by withBody alone`)
}
