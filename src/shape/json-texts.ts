// Where in a body its JSON begins, and how many texts of it there are. Bodies are latin1.

/** Blanks, a byte order mark, and what keeps a page of others from running the answer. */
export const beforeJson: RegExp =
  /^(?:\xef\xbb\xbf)?\s*(?:\)\]\}',?|while\s*\(1\);|for\s*\(;;\);)?\s*/

export interface TextRange {
  readonly start: number
  readonly end: number
}

/** Types with a JSON text on each line. */
const lineTypes = /ndjson|jsonl|json-?lines|json-seq|stream\+json/

/** Lines beyond are not read. */
const linesMax = 10_000

/** The texts of a body of that type (lower case), in their order. */
export function splitJson(text: string, start: number, type: string): readonly TextRange[] {
  if (!lineTypes.test(type)) return [{ start, end: text.length }]
  const ranges: TextRange[] = []
  for (let at = start; at < text.length && ranges.length < linesMax; ) {
    const feed = text.indexOf('\n', at)
    const end = feed < 0 ? text.length : feed
    // A record separator stands before each text of a sequence (RFC 7464).
    const from = text.charCodeAt(at) === 0x1e ? at + 1 : at
    if (text.slice(from, end).trim() !== '') ranges.push({ start: from, end })
    at = end + 1
  }
  return ranges
}
