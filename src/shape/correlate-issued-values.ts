// What an answer issues: every value that a client may bring back, by its position in the answer,
// so that production's answer and a target's to the same request can be laid side by side.
import {
  isPathValue,
  kindOfPath,
  kindOfTarget,
  kindsInPath,
  maskPath,
  pathEnd,
  pathStart,
} from './correlate-kinds.ts'
import {
  classifyName,
  isIdentifier,
  isInteger,
  isOpaque,
  isSecret,
  isSubstitute,
} from './correlate-values.ts'

export interface IssuedValue {
  /** As `cookie sid`, `header etag`, `location /orders/{} 2` or `json $.orders[3].id`. */
  readonly position: string
  readonly value: string
  /** What an integer may be the id of; null for what means the same everywhere. */
  readonly kinds: readonly string[] | null
  /** Looks issued; else it is only what a target may have where production issued something. */
  readonly isIssued: boolean
  /** A key or token of one client: two systems never have the same. */
  readonly isToken: boolean
  /** Stands in a body, and not in the head. */
  readonly inBody: boolean
  /** One of several like it. */
  readonly inList: boolean
  /** Of `plains`: what stands beside it in the same object; null where nothing can. */
  readonly beside: { readonly from: number; readonly to: number } | null
}

/** Where a value of a URL stands. */
export type UrlContext = Pick<IssuedValue, 'inBody' | 'inList' | 'beside'>

/** Where a value with a name stands, and of what it is the id if it is an integer. */
export type NamedContext = Omit<IssuedValue, 'value' | 'isIssued' | 'isToken'>

export interface Issued {
  readonly status: number
  /** False where the body is text that could not be read: too long, or badly coded. */
  readonly isRead: boolean
  readonly values: readonly IssuedValue[]
  /** `name:value` of every leaf that is no id, in the order of the text. */
  readonly plains: readonly string[]
  /** A key of a client's session that the answer hands out; null where there is none. */
  readonly sessionKey: string | null
}

/** Longer URLs are not taken apart. */
const urlBytesMax = 2_048

/** Values and plain leaves of one answer beyond are not told. */
const valuesMax = 10_000

/** Collects what one answer issues. */
export class IssuedValues implements Issued {
  status = 0
  isRead = true
  sessionKey: string | null = null
  readonly values: IssuedValue[] = []
  readonly plains: string[] = []

  add(value: IssuedValue): void {
    if (this.values.length < valuesMax) this.values.push(value)
  }

  addPlain(name: string, value: string): void {
    if (this.plains.length < valuesMax && !dates.test(value)) this.plains.push(`${name}:${value}`)
  }

  /** A value under a name, where it may be one that a client brings back; says whether it is. */
  offer(name: string, value: string, at: NamedContext): boolean {
    const { isId, isToken } = classifyName(name)
    const isIssued = mayBeIssued(value, isId, isToken)
    // A random value can by chance look like a word.
    if (!isIssued && !(isId && isSubstitute(value))) return false
    // Of a token, digits alone are chance.
    const isCounter = isInteger(value) && !(isToken && value.length >= 6)
    const kinds = isCounter ? at.kinds : null
    this.add({ ...at, kinds, value, isIssued, isToken: isToken && kinds === null })
    if (isIssued && isToken && kinds === null && at.inBody && sessionName.test(name)) {
      this.sessionKey ??= value
    }
    return isIssued
  }

  /** Segments and parameters of a URL that name one entity, under the form of the whole. */
  addUrl(url: string, place: string, context: UrlContext): void {
    if (url.length > urlBytesMax) return
    const end = pathEnd(url)
    const segments = url.slice(pathStart(url), end).split('/', 64)
    const form = `${place} ${maskPath(url)}`
    segments.forEach((value, index) => {
      if (!isPathValue(value)) return
      const kinds = isInteger(value) ? kindsInPath(segments, index) : null
      const found = { position: `${form} ${index}`, value, kinds, isIssued: true, isToken: false }
      this.add({ ...found, ...context })
    })
    if (end === url.length) return
    // Of what the request speaks, or else the URL: `/order.php?id=7`.
    const kinds = [...new Set([kindOfPath, kindOfTarget(url)])]
    for (const text of url.slice(end).split(/(?=[?#])/)) {
      // Some logins hand tokens over in the fragment.
      for (const [name, value] of new URLSearchParams(text.slice(1).replaceAll('+', '%2B'))) {
        const { kind } = classifyName(name)
        const position = `${form} ${text[0]}${name}`
        this.offer(name, value, { position, kinds: kind === '' ? kinds : [kind], ...context })
      }
    }
  }
}

const dates = /^\d{4}-\d\d-\d\d|^\w{3}, \d\d \w{3} /

/** Names under which answers hand out what says who a client is. */
export const sessionName: RegExp = /sess|sid$|auth|access_?token|id_?token|^token$|jwt|bearer/i

/** Whether a client may bring the value back, given what its name promises. */
export function mayBeIssued(value: string, isId: boolean, isToken: boolean): boolean {
  if (isInteger(value)) return isId
  if (isToken) return isSecret(value)
  return isId ? isIdentifier(value) : isOpaque(value)
}
