// GoReplay's regular expressions (RE2, github.com/google/re2/wiki/Syntax) as JavaScript's. They are
// matched against octets: a character beyond ASCII stands for its UTF-8 octets, one after another.
// Look-around and back-references are refused as RE2 does, so that V8 can match in linear time.

/** Compiles the pattern; throws a SyntaxError that says what is wrong with it. */
export function compilePattern(text: string, flags: '' | 'g' = ''): RegExp {
  const leading = /^\(\?([a-zA-Z]+)\)/.exec(text)
  const own = leading?.[1] ?? ''
  if (/[^is]/.test(own)) throw new SyntaxError(`(?${own}) is not supported`)
  const source = translate(toOctets(text.slice(leading?.[0].length ?? 0)))
  return new RegExp(source, [...new Set(own + flags)].join(''))
}

/** A function that replaces every match as Go's ReplaceAll does; it gives null without a match. */
export function createReplacer(
  pattern: string,
  replacement: string,
): (text: string) => string | null {
  const expression = compilePattern(pattern, 'g')
  const template = parseTemplate(toOctets(replacement))
  return (text) => {
    let found = false
    let matchEnd = -1
    const replaced = text.replace(expression, (...match: unknown[]) => {
      found = true
      const offset = match.findIndex((value, index) => index > 0 && typeof value === 'number')
      const start = match[offset] as number
      const whole = match[0] as string
      // Go takes no empty match where the one before has ended.
      if (whole === '' && start === matchEnd) return ''
      matchEnd = start + whole.length
      return expand(template, match, offset)
    })
    return found ? replaced : null
  }
}

/** One character for each octet of the text's UTF-8. */
export function toOctets(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** A text as it stands, or what a group has matched. */
type TemplatePart = { readonly text: string } | { readonly group: string }

/** `$1`, `${1}`, `$name`, `${name}`, and `$$` for a dollar sign. */
function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = []
  for (const match of text.matchAll(/\$(?:\$|(\w+)|\{(\w+)\})|\$|[^$]+/g)) {
    const group = match[1] ?? match[2]
    if (group !== undefined) parts.push({ group })
    else parts.push({ text: match[0] === '$$' ? '$' : match[0] })
  }
  return parts
}

/** A group that does not exist, or took no part, is empty. */
function expand(template: readonly TemplatePart[], match: unknown[], groupsEnd: number): string {
  const named = match[groupsEnd + 2] as Record<string, string | undefined> | undefined
  let text = ''
  for (const part of template) {
    if ('text' in part) text += part.text
    else if (!/^\d+$/.test(part.group)) text += named?.[part.group] ?? ''
    else if (Number(part.group) < groupsEnd) text += match[Number(part.group)] ?? ''
  }
  return text
}

const posixClasses: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}

const sameEscapes = /^\\(?:[dDsSwWbBtnrfv]|[^a-zA-Z0-9])$/
const ownEscapes: Readonly<Record<string, string>> = { '\\A': '^', '\\z': '$', '\\a': '\\x07' }
const pieces = /\\Q[\s\S]*?(?:\\E|$)|\\x(?:\{\w+\}|\w\w)|\\[\s\S]?|\[:\^?\w+:\]|\[\^?\]?|\]|\(\?P?/g

function translate(pattern: string): string {
  let inClass = false
  return pattern.replace(pieces, (piece, offset: number) => {
    if (piece.startsWith('\\')) return translateEscape(piece)
    if (piece === ']') {
      const isLiteral = !inClass
      inClass = false
      return isLiteral ? '\\]' : piece
    }
    if (piece.startsWith('(?')) {
      return inClass ? piece : translateGroup(piece, pattern.slice(offset + piece.length))
    }
    if (!piece.startsWith('[')) return piece
    if (inClass && piece.endsWith(':]')) return readPosixClass(piece)
    // Within a class a bracket stands for itself, and one that closes right after ends the class.
    if (inClass && piece.endsWith(']')) {
      inClass = false
      return `\\${piece}`
    }
    if (inClass) return `\\${piece}`
    inClass = true
    if (piece.endsWith(':]')) throw new SyntaxError(`write [${piece}] for ${piece}`)
    // RE2 takes a bracket that closes at once for a member of the class.
    return piece.replace(/\]$/, '\\]')
  })
}

function translateEscape(piece: string): string {
  if (piece.startsWith('\\Q')) {
    return piece.replace(/^\\Q|\\E$/g, '').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  }
  const code = /^\\x\{?([0-9a-fA-F]+)\}?$/.exec(piece)?.[1]
  if (code !== undefined && Number.parseInt(code, 16) < 0x80) {
    return `\\x${Number.parseInt(code, 16).toString(16).padStart(2, '0')}`
  }
  const own = ownEscapes[piece]
  if (own !== undefined) return own
  if (sameEscapes.test(piece)) return piece
  throw new SyntaxError(`${piece} is not supported`)
}

function readPosixClass(piece: string): string {
  const members = posixClasses[piece.slice(2, -2)]
  if (members === undefined) throw new SyntaxError(`${piece} is not supported`)
  return members
}

/** The opening of a group that is more than a pair of parentheses. */
function translateGroup(piece: string, rest: string): string {
  const isKnown = piece === '(?P' ? rest.startsWith('<') : /^(?::|[is]+:|<[^=!])/.test(rest)
  if (isKnown) return '(?'
  throw new SyntaxError(`${piece}${rest.slice(0, 1)} is not supported`)
}
