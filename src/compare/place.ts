// Where something stands in an answer, as texts: the place itself, and the pattern of like places.
import { isIdentifier } from './value-class.ts'

/** From the outermost in: keys, indexes of lists, `+…` for an element that one list alone has. */
export type Path = readonly (string | number)[]

const plainKey = /^[@#~\p{L}_][\p{L}\p{N}_@#:-]*$/u
const placeLengthMax = 300

/** The place itself, as `$.items[3].price`. */
export function placeOf(root: string, path: Path): string {
  let text = root
  for (const part of path) {
    text += typeof part === 'number' ? `[${part}]` : keyText(part)
    if (text.length > placeLengthMax) return `${text.slice(0, placeLengthMax)}…`
  }
  return text
}

/** The same for all like places: any index is `[*]`, and a key that identifies something `.{*}`. */
export function patternOf(root: string, path: Path): string {
  let text = root
  for (const part of path) {
    if (typeof part === 'number' || part.startsWith('+')) text += '[*]'
    else text += isVariableKey(part) ? '.{*}' : keyText(part)
    if (text.length > placeLengthMax) return `${text.slice(0, placeLengthMax)}…`
  }
  return text
}

function keyText(key: string): string {
  if (key.startsWith('+')) return `[${key}]`
  return plainKey.test(key) ? `.${key}` : `['${key}']`
}

function isVariableKey(key: string): boolean {
  return /^\d+$/.test(key) || (isIdentifier(key) && /\d{3}/.test(key))
}
