// Reads JSON without losing digits of numbers or keys that come twice (RFC 8259).
import { listOf, type Node, type ObjectNode, objectOf } from './node.ts'

export interface JsonLimits {
  /** What is nested deeper is malformed. */
  readonly depthMax: number
  /** A text with more values, in all, is malformed: bounds memory to some 100 bytes each. */
  readonly nodesMax: number
}

export const defaultJsonLimits: JsonLimits = { depthMax: 400, nodesMax: 4_000_000 }

export type JsonOutcome =
  | { readonly kind: 'read'; readonly node: Node }
  /** `what` is wrong at that code unit. */
  | { readonly kind: 'malformed'; readonly what: string; readonly offset: number }

/** The value that the whole text is, or what is wrong with it first. */
export function readJson(text: string, limits: JsonLimits = defaultJsonLimits): JsonOutcome {
  const reader = new JsonReader(text, limits)
  const node = reader.readDocument()
  if (node === failed) {
    return { kind: 'malformed', what: reader.wrong, offset: reader.at }
  }
  return { kind: 'read', node }
}

/** Instead of a value: never seen outside, so that malformed traffic throws nowhere. */
const failed = Symbol('failed')
type Read = Node | typeof failed

const quote = 0x22
const comma = 0x2c
const minus = 0x2d
const zero = 0x30
const nine = 0x39
const colon = 0x3a
const openList = 0x5b
const backslash = 0x5c
const closeList = 0x5d
const openObject = 0x7b
const closeObject = 0x7d

/** Whole numbers of so many digits are exact in a double. */
const exactDigitsMax = 15

class JsonReader {
  readonly #text: string
  readonly #limits: JsonLimits
  #nodes = 0
  #depth = 0
  /** The object before: the next one of a list mostly has the same keys in the same order. */
  #keysBefore: readonly string[] = []
  at = 0
  wrong = ''

  constructor(text: string, limits: JsonLimits) {
    this.#text = text
    this.#limits = limits
    if (text.charCodeAt(0) === 0xfeff) this.at = 1
  }

  readDocument(): Read {
    const node = this.#readValue()
    if (node === failed) return failed
    this.#skipBlanks()
    return this.at < this.#text.length ? this.#fail('text behind the value') : node
  }

  #fail(what: string): typeof failed {
    this.wrong = what
    return failed
  }

  /** The code unit at the next place that is no blank. */
  #skipBlanks(): number {
    const text = this.#text
    let at = this.at
    let unit = text.charCodeAt(at)
    while (unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09) {
      unit = text.charCodeAt(++at)
    }
    this.at = at
    return unit
  }

  #readValue(): Read {
    if (++this.#nodes > this.#limits.nodesMax) return this.#fail('too many values')
    const unit = this.#skipBlanks()
    switch (unit) {
      case quote:
        return this.#readString()
      case openObject:
        return this.#readNested(true)
      case openList:
        return this.#readNested(false)
      case 0x74:
        return this.#readWord('true', true)
      case 0x66:
        return this.#readWord('false', false)
      case 0x6e:
        return this.#readWord('null', null)
      default:
        if (unit === minus || (unit >= zero && unit <= nine)) return this.#readNumber()
        return this.#fail(Number.isNaN(unit) ? 'the text ends early' : 'no value')
    }
  }

  #readWord(word: string, node: Node): Read {
    if (!this.#text.startsWith(word, this.at)) return this.#fail('no value')
    this.at += word.length
    return node
  }

  #readNested(isObject: boolean): Read {
    if (this.#depth >= this.#limits.depthMax) return this.#fail('nested too deep')
    this.#depth++
    this.at++
    const node = isObject ? this.#readObject() : this.#readList()
    this.#depth--
    return node
  }

  #readList(): Read {
    const items: Node[] = []
    if (this.#skipBlanks() === closeList) {
      this.at++
      return listOf(items)
    }
    for (;;) {
      const item = this.#readValue()
      if (item === failed) return failed
      items.push(item)
      const unit = this.#skipBlanks()
      if (unit !== comma && unit !== closeList) return this.#failInside()
      this.at++
      if (unit === closeList) return listOf(items)
    }
  }

  #readObject(): Read {
    const keys: string[] = []
    const values: Node[] = []
    const likely = this.#keysBefore
    if (this.#skipBlanks() === closeObject) {
      this.at++
      return objectOf(keys, values)
    }
    for (;;) {
      if (this.#skipBlanks() !== quote) return this.#failInside()
      const key = this.#readKey(likely[keys.length])
      if (key === failed) return failed
      if (this.#skipBlanks() !== colon) return this.#failInside()
      this.at++
      const value = this.#readValue()
      if (value === failed) return failed
      keys.push(key)
      values.push(value)
      const unit = this.#skipBlanks()
      if (unit !== comma && unit !== closeObject) return this.#failInside()
      this.at++
      if (unit === closeObject) break
    }
    this.#keysBefore = keys
    return withoutDuplicates(keys, values)
  }

  #failInside(): typeof failed {
    return this.#fail(this.at < this.#text.length ? 'no delimiter' : 'the text ends early')
  }

  #readKey(likely: string | undefined): string | typeof failed {
    const start = this.at + 1
    if (likely !== undefined && this.#text.startsWith(likely, start)) {
      const end = start + likely.length
      // A key with an escape is longer in the text than in the value.
      if (this.#text.charCodeAt(end) === quote && !likely.includes('\\')) {
        this.at = end + 1
        return likely
      }
    }
    return this.#readString()
  }

  #readString(): string | typeof failed {
    const text = this.#text
    const start = this.at + 1
    let at = start
    let isPlain = true
    for (;;) {
      const unit = text.charCodeAt(at)
      if (unit === quote) break
      if (unit === backslash) {
        isPlain = false
        at += 2
        continue
      }
      if (!(unit >= 0x20)) {
        this.at = Math.min(at, text.length)
        return this.#fail(unit < 0x20 ? 'a control character' : 'the text ends early')
      }
      at++
    }
    this.at = at + 1
    return isPlain ? text.slice(start, at) : this.#unescape(start - 1, at + 1)
  }

  #unescape(start: number, end: number): string | typeof failed {
    try {
      const value: unknown = JSON.parse(this.#text.slice(start, end))
      return String(value).normalize('NFC')
    } catch {
      this.at = start
      return this.#fail('a bad escape')
    }
  }

  #readNumber(): Read {
    const text = this.#text
    const start = this.at
    const digitsStart = text.charCodeAt(start) === minus ? start + 1 : start
    let at = this.#skipDigits(digitsStart)
    const digits = at - digitsStart
    if (digits === 0) return this.#fail('no digit')
    if (digits > 1 && text.charCodeAt(digitsStart) === zero) return this.#fail('a leading zero')
    const whole = at
    if (text.charCodeAt(at) === 0x2e) {
      const end = this.#skipDigits(at + 1)
      if (end === at + 1) return this.#fail('no digit')
      at = end
    }
    if ((text.charCodeAt(at) | 0x20) === 0x65) {
      const sign = text.charCodeAt(at + 1)
      const from = sign === 0x2b || sign === minus ? at + 2 : at + 1
      const end = this.#skipDigits(from)
      if (end === from) return this.#fail('no digit')
      at = end
    }
    this.at = at
    const literal = text.slice(start, at)
    if (at === whole && digits <= exactDigitsMax) {
      const value = Number(literal)
      if (value !== 0 || digitsStart === start) return value
    }
    return { tag: 'number', text: literal }
  }

  #skipDigits(from: number): number {
    let at = from
    for (;;) {
      const unit = this.#text.charCodeAt(at)
      if (!(unit >= zero && unit <= nine)) return at
      at++
    }
  }
}

/** Above this a set finds duplicates; below, looking back is faster. */
const scannedKeysMax = 16

function withoutDuplicates(keys: string[], values: Node[]): ObjectNode {
  if (!hasDuplicates(keys)) return objectOf(keys, values)
  const table = new Map<string, Node>()
  const duplicates = new Set<string>()
  keys.forEach((key, index) => {
    if (table.has(key)) duplicates.add(key)
    table.set(key, values[index]!)
  })
  return objectOf([...table.keys()], [...table.values()], [...duplicates])
}

function hasDuplicates(keys: readonly string[]): boolean {
  if (keys.length > scannedKeysMax) return new Set(keys).size < keys.length
  for (let index = 1; index < keys.length; index++) {
    if (keys.indexOf(keys[index]!) < index) return true
  }
  return false
}
