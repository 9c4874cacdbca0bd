// `name=value` pairs in a query, a form or a Cookie, changed in place: what is not touched keeps
// its bytes and its order (RFC 3986, section 3.4; RFC 6265, section 4.2).

/** The value's new text, the old one to leave it, or null to take the pair out. */
export type MapPair = (name: string, value: string) => string | null

/** Pairs of a query or a form, names and values as sent. */
export function mapParameters(text: string, map: MapPair): string {
  return mapParts(text, '&', map)
}

/** Pairs of a Cookie field; blanks around them stay. */
export function mapCookies(text: string, map: MapPair): string {
  return mapParts(text, ';', map).replace(/^ /, '')
}

/** The one pair of a Set-Cookie field, whose attributes stay; null where it is taken out. */
export function mapSetCookie(text: string, map: MapPair): string | null {
  const end = text.indexOf(';')
  const pair = end < 0 ? text : text.slice(0, end)
  const mapped = mapPair(pair, map)
  return mapped === null ? null : mapped + (end < 0 ? '' : text.slice(end))
}

/** The target with the pairs of its query mapped; a query without any is taken off. */
export function mapQuery(target: string, map: MapPair): string {
  const mark = target.indexOf('?')
  if (mark < 0) return target
  const hash = target.indexOf('#', mark)
  const end = hash < 0 ? target.length : hash
  const before = target.slice(mark + 1, end)
  const query = mapParameters(before, map)
  const isGone = query === '' && before !== ''
  return target.slice(0, mark) + (isGone ? '' : `?${query}`) + target.slice(end)
}

/** Percent-decoded, a plus as a space; as it was, where it is not encoded well. */
export function decodeParameter(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function mapParts(text: string, separator: string, map: MapPair): string {
  const mapped = text.split(separator).map((part) => mapPair(part, map))
  return mapped.filter((part) => part !== null).join(separator)
}

/** A part without `=` has no value to map. */
function mapPair(part: string, map: MapPair): string | null {
  const equals = part.indexOf('=')
  if (equals < 0) return part
  const name = part.slice(0, equals).trim()
  const start = equals + 1 + /^[ \t]*/.exec(part.slice(equals + 1))![0].length
  const value = part.slice(start).trimEnd()
  const mapped = map(name, value)
  if (mapped === null) return null
  return part.slice(0, start) + mapped + part.slice(start + value.length)
}
