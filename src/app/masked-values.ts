// Where a stored request holds pseudonyms: what a target that is asked again gets for secrets.
import type { MaskedValue, MessageView } from '../model/console.ts'
import { pseudonymText } from '../shape/pseudonyms.ts'

const maskedMax = 20

/** Each once, in the order of the message; the names alone, since the values are secrets' own. */
export function findMasked({ startLine, fields, body }: MessageView): readonly MaskedValue[] {
  const target = startLine.split(' ')[1] ?? ''
  const found = [
    ...namesIn(target.slice(target.indexOf('?') + 1), pair).map(named('query')),
    ...fields.flatMap(([name, value]) => findInField(name, value)),
    ...namesIn(body ?? '', member).map(named('body')),
  ]
  const seen = new Map(found.map((value) => [`${value.part} ${value.name}`, value]))
  return [...seen.values()].slice(0, maskedMax)
}

/** `name=redacted-…`, in a query, a form or a cookie field. */
const pair = new RegExp(`([^\\s=&;?]+)="?${pseudonymText}`, 'g')
/** The same, or `"name": "redacted-…"`. */
const member = new RegExp(`(?:"([^"\\\\]+)"\\s*:\\s*"|([^\\s=&;?"]+)=)${pseudonymText}`, 'g')
const any = new RegExp(pseudonymText)

function findInField(name: string, value: string): readonly MaskedValue[] {
  if (name === 'cookie') return namesIn(value, pair).map(named('cookie'))
  return any.test(value) ? [{ part: 'header', name }] : []
}

function namesIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, first, second]) => first ?? second ?? '')
}

function named(part: MaskedValue['part']): (name: string) => MaskedValue {
  return (name) => ({ part, name })
}
