// Places as the shop names them and as the comparison does, to tell whether they are the same.

/** `$.items.price`, `header.etag`, `$.html.body`: without signs of lists, in one spelling. */
export function flattenPlace(place: string): string {
  return place
    .replace(/^header:/, 'header.')
    .replace(/^\//, '$.')
    .replaceAll('/', '.')
    .replaceAll('[*]', '')
    .replace(/\.#\w+$/, '')
}

/** The endpoint with all parameters alike. */
export function flattenEndpoint(endpoint: string): string {
  return endpoint.replace(/\{[^}]*\}/g, '{}')
}

/** Whether `place` is `where` or below it; a `body` is all that is in it. */
export function isAt(place: string, where: string): boolean {
  const [own, other] = [flattenPlace(place), flattenPlace(where)]
  if (own === other) return true
  if (other === 'body' || other === '$') return own.startsWith('$') || own === 'body'
  return own.startsWith(other) && /^[.[@]/.test(own.slice(other.length))
}
