// One parameter in the query of a request target, found and set without decoding any (RFC 3986,
// section 3.4).

/** The value of the first parameter of that name, as sent; null where there is none. */
export function readParameter(target: string, name: string): string | null {
  const start = findValue(target, name)
  return start < 0 ? null : target.slice(start, endOfValue(target, start))
}

/** Replaces the value of the first parameter of that name, or adds one at the end. */
export function setParameter(target: string, name: string, value: string): string {
  const start = findValue(target, name)
  if (start >= 0) return target.slice(0, start) + value + target.slice(endOfValue(target, start))
  return `${target}${target.includes('?') ? '&' : '?'}${name}=${value}`
}

function findValue(target: string, name: string): number {
  const key = `${name}=`
  let at = target.indexOf('?')
  while (at >= 0) {
    if (target.startsWith(key, at + 1)) return at + 1 + key.length
    at = target.indexOf('&', at + 1)
  }
  return -1
}

function endOfValue(target: string, start: number): number {
  const end = target.indexOf('&', start)
  return end < 0 ? target.length : end
}
