// Goes through a JSON text leaf by leaf and says where each stands, without building anything
// (RFC 8259). Texts are latin1: one character for each octet of UTF-8.

/** Deeper texts are not read to their end. */
const depthMax = 64

/** Texts with more leaves are not read to their end. */
const leavesMax = 50_000

export type JsonLeaf = 'string' | 'number' | 'word'

/** Hears of leaves and objects in the order of the text. */
export interface JsonVisitor {
  leaf(scanner: JsonScanner): void
  opened?(scanner: JsonScanner): void
  closed?(scanner: JsonScanner): void
}

/** Reads one text after the other; its fields describe the leaf that the visitor is told of. */
export class JsonScanner {
  text = ''
  leaf: JsonLeaf = 'word'
  /** Of the leaf's text; of a string without its quotes. */
  start = 0
  end = 0
  /** Whether a string holds backslashes. */
  isEscaped = false
  /** Containers that the leaf or object stands in. */
  depth = 0
  /** The way there: a key for an object, an index for an array. */
  readonly path: (string | number)[] = []
  #at = 0
  #end = 0
  #leaves = 0

  /** False where the text is no JSON, too deep or too long; what was told until then was told. */
  scan(text: string, start: number, end: number, visitor: JsonVisitor): boolean {
    this.text = text
    this.#at = start
    this.#end = end
    this.#leaves = 0
    this.depth = 0
    this.path.length = 0
    let mayClose = false
    for (;;) {
      const next: Step = mayClose ? this.#goOn(visitor) : this.#value(visitor)
      if (next === 'bad') return false
      if (next === 'end') {
        this.#skipBlanks()
        return this.#at === this.#end
      }
      mayClose = next === 'closed'
    }
  }

  /** The key of the leaf, or of the nearest array around it; empty at the root. */
  name(): string {
    for (let level = this.depth - 1; level >= 0; level--) {
      const step = this.path[level]
      if (typeof step === 'string') return step
    }
    return ''
  }

  isInArray(): boolean {
    for (let level = 0; level < this.depth; level++) {
      if (typeof this.path[level] === 'number') return true
    }
    return false
  }

  /** The string without escapes, or the leaf as it stands; null where an escape is wrong. */
  value(): string | null {
    if (!this.isEscaped || this.leaf !== 'string') return this.text.slice(this.start, this.end)
    try {
      return JSON.parse(`"${this.text.slice(this.start, this.end)}"`) as string
    } catch {
      return null
    }
  }

  /** As `$.orders[3].id`. */
  position(): string {
    let position = '$'
    for (let level = 0; level < this.depth; level++) {
      const step = this.path[level]!
      position += typeof step === 'string' ? `.${step}` : `[${step}]`
    }
    return position
  }

  /** Reads a value: a leaf is told, of a container its opening is read. */
  #value(visitor: JsonVisitor): Step {
    this.#skipBlanks()
    if (this.#at >= this.#end) return 'bad'
    const code = this.text.charCodeAt(this.#at)
    if (code === openBrace || code === openBracket) return this.#open(code === openBrace, visitor)
    if (++this.#leaves > leavesMax) return 'bad'
    if (code === quote ? !this.#string() : !this.#literal(code)) return 'bad'
    visitor.leaf(this)
    return this.depth === 0 ? 'end' : 'closed'
  }

  #open(isObject: boolean, visitor: JsonVisitor): Step {
    if (this.depth === depthMax) return 'bad'
    this.#at++
    if (isObject) visitor.opened?.(this)
    this.path[this.depth++] = isObject ? '' : 0
    this.#skipBlanks()
    if (this.text.charCodeAt(this.#at) === (isObject ? closeBrace : closeBracket)) {
      return this.#close(visitor)
    }
    return isObject ? this.#key() : 'open'
  }

  #close(visitor: JsonVisitor): 'closed' | 'end' {
    this.#at++
    this.depth--
    const isObject = typeof this.path[this.depth] === 'string'
    if (isObject) visitor.closed?.(this)
    return this.depth === 0 ? 'end' : 'closed'
  }

  /** After a value in a container: the next one, or the container's end. */
  #goOn(visitor: JsonVisitor): Step {
    this.#skipBlanks()
    if (this.#at >= this.#end) return 'bad'
    const code = this.text.charCodeAt(this.#at)
    const step = this.path[this.depth - 1]!
    const isObject = typeof step === 'string'
    if (code === (isObject ? closeBrace : closeBracket)) return this.#close(visitor)
    if (code !== comma) return 'bad'
    this.#at++
    if (isObject) return this.#key()
    this.path[this.depth - 1] = step + 1
    return 'open'
  }

  #key(): 'open' | 'bad' {
    this.#skipBlanks()
    if (this.text.charCodeAt(this.#at) !== quote || !this.#string()) return 'bad'
    this.leaf = 'string'
    this.path[this.depth - 1] = this.value() ?? ''
    this.#skipBlanks()
    if (this.text.charCodeAt(this.#at) !== colon) return 'bad'
    this.#at++
    return 'open'
  }

  #string(): boolean {
    this.leaf = 'string'
    this.isEscaped = false
    this.start = this.#at + 1
    for (let at = this.start; at < this.#end; at++) {
      const code = this.text.charCodeAt(at)
      if (code === quote) {
        this.end = at
        this.#at = at + 1
        return true
      }
      if (code < 0x20) return false
      if (code === backslash) {
        this.isEscaped = true
        at++
      }
    }
    return false
  }

  /** A number, or `true`, `false`, `null`. */
  #literal(first: number): boolean {
    this.isEscaped = false
    this.start = this.#at
    let at = this.#at
    while (at < this.#end && isLiteral(this.text.charCodeAt(at))) at++
    this.end = at
    this.#at = at
    this.leaf = first === 0x2d || (first >= 0x30 && first <= 0x39) ? 'number' : 'word'
    return at > this.start
  }

  #skipBlanks(): void {
    while (this.#at < this.#end && isBlank(this.text.charCodeAt(this.#at))) this.#at++
  }
}

/** open: a value has to follow; closed: one is over; end: that was the text's own. */
type Step = 'open' | 'closed' | 'end' | 'bad'

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

/** What numbers and words are made of. */
function isLiteral(code: number): boolean {
  if (code >= 0x30 && code <= 0x39) return true
  if (code >= 0x61 && code <= 0x7a) return true
  return code === 0x2b || code === 0x2d || code === 0x2e || code === 0x45
}
