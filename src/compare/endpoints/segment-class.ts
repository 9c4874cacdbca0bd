// What a segment of a path looks like: an identifier of some kind, or a word.

export type SegmentClass = 'integer' | 'uuid' | 'hex' | 'date' | 'opaque' | 'email' | 'word'

/** By form alone; a `word` may still be a parameter, which only its neighbours can tell. */
export function classifySegment(segment: string): SegmentClass {
  const found = forms.find(([, form]) => form.test(segment))
  if (found !== undefined) return found[0]
  return isOpaque(segment) ? 'opaque' : 'word'
}

const forms: readonly (readonly [SegmentClass, RegExp])[] = [
  ['integer', /^[+-]?\d+$/],
  ['uuid', /^[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}$/i],
  ['date', /^\d{4}-\d{2}-\d{2}([T ][\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/],
  ['hex', /^(?=.*\d)(?=.*[a-f])[\da-f]{8,}$/i],
  ['email', /^[^@\s]+(@|%40)[^@\s]+\.[a-z]{2,}$/i],
]

/** Letters and digits mixed as no word has them: in short runs, or with many digits. */
function isOpaque(segment: string): boolean {
  if (segment.length < 6 || !/\d/.test(segment)) return false
  if (!/^[\w%~:=+-]+$/.test(segment)) return false
  const runs = segment.match(/[a-z]+|[A-Z]+|\d+/g)!
  if (runs.length >= 4 && segment.length / runs.length < runLengthMax) return true
  const digits = segment.match(/\d/g)!.length
  return segment.length >= 10 && digits >= 4 && digits * 2 >= segment.length
}

/** The mean run of one kind of character; `getOAuth2Token` has 2.3. */
const runLengthMax = 2
