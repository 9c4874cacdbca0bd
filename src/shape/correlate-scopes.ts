// Whose request it is: what small numbers mean (`/cart/items/1`) may depend on the client, who is
// told by the credentials or the session cookie, as production knows them.
import { BoundedMap } from '../base/bounded-map.ts'
import type { MessageParts } from '../protocol/http1/message-parts.ts'
import { sessionName } from './correlate-issued-values.ts'
import { detach, isSecret } from './correlate-values.ts'

/** Session keys that are remembered; beyond, those seen first are forgotten. */
const keysMax = 131_072

/** Numbers the sessions of production's clients. */
export class Scopes {
  readonly #scopes = new BoundedMap<string, number>(keysMax)
  #next = 0

  /** The session of a request; null where nothing in it tells. */
  ofRequest(parts: MessageParts): number | null {
    let named: string | null = null
    for (const { name, start, end } of parts.fields) {
      if (name !== 'authorization' && name !== 'cookie') continue
      const keys = name === 'cookie' ? readCookies(parts.head, start, end) : []
      if (name === 'authorization') {
        // The scheme in front; two schemes may carry one token.
        const value = parts.head.slice(start, end).replace(/^\S+ +/, '')
        keys.push({ name, value })
      }
      for (const { name: key, value } of keys) {
        const known = this.#scopes.get(value)
        if (known !== undefined) return known
        if (sessionName.test(key) && isSecret(value)) named ??= value
      }
    }
    return named === null ? null : this.#add(named, this.#next++)
  }

  /** A new key for the client of `scope`: a new session where it had none. */
  extend(scope: number | null, key: string): number {
    return this.#add(key, scope ?? this.#scopes.get(key) ?? this.#next++)
  }

  #add(key: string, scope: number): number {
    this.#scopes.set(detach(key), scope)
    return scope
  }
}

interface NamedValue {
  readonly name: string
  readonly value: string
}

function readCookies(head: string, start: number, end: number): NamedValue[] {
  return head
    .slice(start, end)
    .split(';')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const value = pair.slice(equals + 1).trim()
      return {
        name: pair.slice(0, Math.max(0, equals)).trim(),
        value: value.replace(/^"(.*)"$/, '$1'),
      }
    })
}
