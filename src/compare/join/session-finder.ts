// Whose requests belong together, and whether the capture saw their session begin. A session is
// what a cookie or token names that production issued; else the client's connection.
import { BoundedMap } from '../../base/bounded-map.ts'
import { fnv1a } from '../../base/hash.ts'
import type { Message } from '../../model/message.ts'

export interface FoundSession {
  readonly session: string
  /** Its cookie is of a name that production issues, with a value from before the capture. */
  readonly orphan: boolean
}

/** Names of cookies, and values, that are remembered; the oldest are forgotten. */
const namesMax = 1_000
const valuesMax = 200_000
const headBytesMax = 64 * 1024

/** What production issued is learnt from its responses, which come before requests that use it. */
export class SessionFinder {
  readonly #issuedNames = new BoundedMap<string, true>(namesMax)
  readonly #issuedValues = new BoundedMap<string, true>(valuesMax)

  /** Learns which cookies production issues. */
  observe(response: Message): void {
    const head = readHead(response.payload)
    for (const [, name, value] of head.matchAll(setCookie)) {
      if (!isSecret(value!)) continue
      this.#issuedNames.set(name!, true)
      this.#issuedValues.set(`${name}=${value}`, true)
    }
  }

  find(request: Message): FoundSession {
    const head = readHead(request.payload)
    const cookies = readCookies(head)
    const issued = cookies.filter(([name]) => this.#issuedNames.get(name) === true)
    const known = issued.find(([name, value]) => this.#issuedValues.get(`${name}=${value}`))
    const [cookie] = known === undefined ? issued : [known]
    if (cookie !== undefined) {
      return { session: name(`cookie ${cookie.join('=')}`), orphan: known === undefined }
    }
    const authorization = /\nauthorization:[ \t]*([^\r\n]+)/i.exec(head)?.[1]
    if (authorization !== undefined) {
      return { session: name(`authorization ${authorization.trim()}`), orphan: false }
    }
    return { session: request.connection, orphan: false }
  }
}

const setCookie = /\nset-cookie:[ \t]*([^=;\s]+)=([^;\r\n]*)/gi

function readCookies(head: string): readonly (readonly [name: string, value: string])[] {
  return [...head.matchAll(/\ncookie:[ \t]*([^\r\n]*)/gi)].flatMap(([, list]) =>
    list!.split(/;[ \t]*/).flatMap((pair) => {
      const equals = pair.indexOf('=')
      return equals < 1 ? [] : [[pair.slice(0, equals), pair.slice(equals + 1)] as const]
    }),
  )
}

/** Long and mixed enough to stand for one client; `lang=de` does not. */
function isSecret(value: string): boolean {
  return value.length >= 12 && /\d/.test(value)
}

/** Sessions are compared, and kept out of what is stored. */
function name(secret: string): string {
  const reversed = [...secret].reverse().join('')
  return `s${fnv1a(secret).toString(16)}${fnv1a(reversed).toString(16)}`
}

function readHead(payload: Uint8Array): string {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  const end = bytes.indexOf('\r\n\r\n')
  return bytes.toString('latin1', 0, Math.min(end < 0 ? bytes.length : end, headBytesMax))
}
