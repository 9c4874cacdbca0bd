// One request of a visitor, said so that it can be put to any instance of the shop: what an answer
// issued (a session, a token, an id) is a name in it, and each instance has its own value for it.
import { type Answer, headerOf } from './http.ts'

export interface Step {
  readonly method: string
  /** `{{name}}` stands for an issued value, here and in headers and body. */
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  /** Microseconds between the answer before and this request. */
  readonly thinkMicros: number
  readonly isOnNewConnection: boolean
  readonly learns: readonly Lesson[]
}

/** A value that the answer issues, and how to find it there. */
export interface Lesson {
  readonly name: string
  readonly find: (answer: Answer) => string | null
}

/** What one instance issued to one visitor, by name. */
export type Issued = Map<string, string>

/** Takes what `answer` issues; what it fails to issue is not known any more. */
export function learn(step: Step, answer: Answer, issued: Issued): void {
  for (const { name, find } of step.learns) {
    const value = find(answer)
    if (value === null) issued.delete(name)
    else issued.set(name, value)
  }
}

/** As on the wire; a value that this instance has not issued is production's, as in any replay. */
export function renderStep(step: Step, issued: Issued, production: Issued): Uint8Array {
  const put = (text: string) => fill(text, issued, production)
  const body = put(step.body)
  let text = `${step.method} ${put(step.target)} HTTP/1.1\r\n`
  for (const [name, value] of step.headers) text += `${name}: ${put(value)}\r\n`
  if (body !== '') text += `Content-Length: ${Buffer.byteLength(body)}\r\n`
  return Buffer.from(`${text}\r\n${body}`, 'utf8')
}

function fill(text: string, issued: Issued, production: Issued): string {
  if (!text.includes('{{')) return text
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    return issued.get(name) ?? production.get(name) ?? 'never-issued'
  })
}

export function fromJson(name: string, ...path: readonly (string | number)[]): Lesson {
  return {
    name,
    find: (answer) => {
      const value = valueAt(readJson(answer), path)
      return typeof value === 'string' || typeof value === 'number' ? String(value) : null
    },
  }
}

export function fromHeader(name: string, header: string): Lesson {
  return { name, find: (answer) => headerOf(answer, header) }
}

export function fromCookie(name: string): Lesson {
  return {
    name,
    find: (answer) => {
      const [first = ''] = headerOf(answer, 'set-cookie')?.split(';') ?? []
      const value = first.startsWith(`${name}=`) ? first.slice(name.length + 1) : ''
      return value === '' ? null : value
    },
  }
}

export function fromHiddenInput(name: string): Lesson {
  const pattern = new RegExp(`<input type="hidden" name="${name}" value="([^"]*)">`)
  return {
    name,
    find: (answer) => pattern.exec(Buffer.from(answer.body).toString('utf8'))?.[1] ?? null,
  }
}

/** The JSON of an answer; null where it is none. */
export function readJson(answer: Answer): unknown {
  try {
    return JSON.parse(Buffer.from(answer.body).toString('utf8'))
  } catch {
    return null
  }
}

/** What is there, or null. */
export function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let at = value
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return null
    at = (at as Record<string | number, unknown>)[key]
  }
  return at ?? null
}
