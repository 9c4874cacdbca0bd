// What stands in a secret's place: the same for the same secret and key, and without the key no way
// back (HMAC, RFC 2104).
import { createHmac } from 'node:crypto'
import { BoundedMap } from '../base/bounded-map.ts'

/** Secrets whose pseudonym is not computed anew. */
const knownMax = 16_384
/** Longer secrets are not worth remembering. */
const knownLengthMax = 1_024

const prefix = 'redacted-'
const digits = 16

/** What every pseudonym looks like, as the source of a pattern. */
export const pseudonymText: string = `${prefix}[\\da-f]{${digits}}(?![\\da-f])`

/** As `redacted-0123456789abcdef`: a token, valid in headers, cookies, queries and JSON strings. */
export class Pseudonyms {
  readonly #key: Uint8Array
  readonly #known = new BoundedMap<string, string>(knownMax)

  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** Of a decoded secret, wherever it stood; what is nothing, or a pseudonym, stays. */
  of(secret: string): string {
    if (secret === '' || isPseudonym(secret)) return secret
    const known = this.#known.get(secret)
    if (known !== undefined) return known
    const digest = createHmac('sha256', this.#key).update(secret).digest('hex')
    const pseudonym = prefix + digest.slice(0, digits)
    if (secret.length <= knownLengthMax) this.#known.set(secret, pseudonym)
    return pseudonym
  }
}

/** So that what a listener has redacted is still the same behind a replayer that redacts. */
function isPseudonym(text: string): boolean {
  return text.length === prefix.length + digits && /^redacted-[\da-f]+$/.test(text)
}
