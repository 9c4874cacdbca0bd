// Which values a server issues and a client brings back: session keys, tokens and ids, told from
// words, amounts and dates by their name and by their look.

/** Longer values are no tokens. */
export const valueBytesMax = 8_192

/** What a name promises of its value: an id of some kind, a secret of one client, or nothing. */
export interface NameClass {
  readonly isId: boolean
  /** Session keys, CSRF tokens and the like: never data that two systems have in common. */
  readonly isToken: boolean
  /** Of what it is the id, in the singular: `order` for `orderIds`; empty where it does not say. */
  readonly kind: string
}

const idWords = new Set('id ids uuid guid ref reference number no nr key code pk sku'.split(' '))
const tokenNames =
  /csrf|xsrf|token|nonce|jwt|sess(?!men)|viewst|(?<![a-z])(sid|cursor|etag|ticket|auth)(?![a-z])/i
const nameBytesMax = 64
const classesMax = 4_096
const nothing: NameClass = { isId: false, isToken: false, kind: '' }

/** What was classified before; it spares work and changes no outcome. */
const classes = new Map<string, NameClass>()

/** What the name of a JSON key, parameter, field or cookie promises of its value. */
export function classifyName(name: string): NameClass {
  if (name.length > nameBytesMax) return nothing
  const known = classes.get(name)
  if (known !== undefined) return known
  const found = classify(name)
  if (classes.size < classesMax) classes.set(detach(name), found)
  return found
}

function classify(name: string): NameClass {
  const words = splitWords(name)
  const isToken = tokenNames.test(name)
  const last = words.at(-1)
  if (last === undefined) return nothing
  if (isToken || idWords.has(last)) {
    return { isId: true, isToken, kind: toSingular(words.at(-2) ?? '') }
  }
  const run = runTogether.exec(last)
  return run === null ? nothing : { isId: true, isToken, kind: run[1]! }
}

const entityWords =
  'account address article basket booking cart category client comment company customer device ' +
  'document event file group invoice item job member message object order page parent payment ' +
  'post product project record review role shipment store task team tenant thread ticket topic ' +
  'transaction user'

/** `orderid`, as PHP and SQL like it, and not `valid` or `grid`. */
const runTogether = new RegExp(`^(${entityWords.replaceAll(' ', '|')})ids?$`)

/** `shippingOrderId`, `shipping_order-id` and `X-Order-ID` in lower-case words. */
function splitWords(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}

/** The kind that a collection's name gives its members: `order` for `Orders`, `line-orders`. */
export function toKind(name: string): string {
  return toSingular(splitWords(name).at(-1) ?? '')
}

function toSingular(word: string): string {
  if (word.length < 4) return word
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(ss|sh|ch|x)es$/.test(word)) return word.slice(0, -2)
  return /[^sui]s$/.test(word) ? word.slice(0, -1) : word
}

/** Digits alone, as of a counter: such a value means something only together with its kind. */
export function isInteger(value: string): boolean {
  if (value.length === 0 || value.length > integerDigitsMax) return false
  for (let at = 0; at < value.length; at++) if (!isDigit(value.charCodeAt(at))) return false
  return true
}

/** More digits are as good as random. */
const integerDigitsMax = 12

/** What may stand in a token: nothing that needs quoting in a header, and no `@` of an address. */
const tokenShape = /^[\w.~+/:%|$!*=-]+$/
const dateShape = /^\d{4}-\d\d-\d\d|^\d{8}T\d{4}|^\d+([.:x]\d+)+$/
const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Looks random, whatever its name: six characters or more of letters and digits mixed. */
export function isOpaque(value: string): boolean {
  if (value.length < 6 || value.length > valueBytesMax) return false
  if (!hasRandomRun(value)) return uuidShape.test(value)
  return tokenShape.test(value) && !dateShape.test(value) && !isAddress(value)
}

/** Could be issued where the name says so: six characters or more, at least one digit in them. */
export function isIdentifier(value: string): boolean {
  if (value.length < 6 || value.length > valueBytesMax) return false
  return /\d/.test(value) && tokenShape.test(value) && !isAddress(value)
}

/** Could be a secret of one client where the name says so: no word, and not short. */
export function isSecret(value: string): boolean {
  if (isIdentifier(value)) return true
  if (/^[0-9a-f]{8,}$/i.test(value)) return value.length <= valueBytesMax
  const isLong = value.length >= 8 && value.length <= valueBytesMax && tokenShape.test(value)
  if (!isLong) return false
  // One token of base64 in 64 begins with a slash.
  if (isAddress(value)) return /^\/[\w+/]{15,}=*$/.test(value) && isMixed(value)
  return value.length >= 16 || changesCase(value)
}

function isMixed(value: string): boolean {
  return changesCase(value) || hasRandomRun(value)
}

/** A URL or a path is taken apart, and is no token as a whole. */
export function isAddress(value: string): boolean {
  return value.startsWith('/') || value.startsWith('http:') || value.startsWith('https:')
}

/** A copy of its own: a piece of a text would keep the whole text in memory. */
export function detach(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

/** May be put in the place of another: printable ASCII without blanks, quotes and commas. */
export function isSubstitute(value: string): boolean {
  return value.length > 0 && value.length <= valueBytesMax && tokenShape.test(value)
}

function changesCase(value: string): boolean {
  return /[a-z]/.test(value) && /[a-z][A-Z]/.test(value) && /[A-Z].*[A-Z]/.test(value)
}

/** A run of letters and digits that change from one to the other twice, or case four times. */
function hasRandomRun(value: string): boolean {
  let length = 0
  let changes = 0
  let caseChanges = 0
  let before = other
  for (let at = 0; at <= value.length; at++) {
    const octetClass = at === value.length ? other : classOf(value.charCodeAt(at))
    if (octetClass === other) {
      if (isRandom(length, changes, caseChanges)) return true
      length = changes = caseChanges = 0
    } else {
      if (length > 0 && octetClass !== before) {
        if (octetClass === digit || before === digit) changes++
        else caseChanges++
      }
      length++
    }
    before = octetClass
  }
  return false
}

function isRandom(length: number, changes: number, caseChanges: number): boolean {
  if (length < 6) return false
  return changes >= 2 || (length >= 12 && caseChanges >= 4) || length >= 32
}

const other = 0
const digit = 1
const lower = 2
const upper = 3

function classOf(code: number): number {
  if (isDigit(code)) return digit
  if (code >= 0x61 && code <= 0x7a) return lower
  return code >= 0x41 && code <= 0x5a ? upper : other
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
