// Secrets in a decoded body: found in place, so that every other byte stays. Texts are latin1, one
// character for each octet.

import { isAtPath, type JsonPath } from './json-path.ts'
import { JsonScanner } from './json-scanner.ts'
import { findFormParts } from './multipart.ts'
import { decodeParameter, mapParameters } from './pairs.ts'
import type { Pseudonyms } from './pseudonyms.ts'
import type { RedactionRules } from './redaction-rules.ts'

/** The body with its secrets replaced; null where it should be read and cannot be. */
export function redactBody(
  body: string,
  contentType: string,
  rules: RedactionRules,
  pseudonyms: Pseudonyms,
): string | null {
  if (rules.form.size > 0) {
    if (/^application\/x-www-form-urlencoded\b/i.test(contentType)) {
      return redactParameters(body, rules.form, pseudonyms)
    }
    if (/^multipart\/form-data\b/i.test(contentType)) {
      return redactParts(body, contentType, rules.form, pseudonyms)
    }
  }
  if (rules.json.length === 0) return body
  const isJson = /\bjson\b/i.test(contentType)
  if (!isJson && !/^\s*[[{]/.test(body)) return body
  if (!mayHold(body, rules.json)) return body
  const whole = redactJson(body, rules.json, pseudonyms)
  return whole ?? redactLines(body, rules.json, pseudonyms) ?? (isJson ? null : body)
}

/** Parameters of a query or a form with the values of those names replaced. */
export function redactParameters(
  text: string,
  names: ReadonlySet<string>,
  pseudonyms: Pseudonyms,
): string {
  return mapParameters(text, (name, value) =>
    names.has(decodeParameter(name)) ? pseudonyms.of(decodeParameter(value)) : value,
  )
}

interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

function redactParts(
  body: string,
  contentType: string,
  names: ReadonlySet<string>,
  pseudonyms: Pseudonyms,
): string | null {
  const parts = findFormParts(body, contentType)
  if (parts === null) return null
  const own = parts.filter(({ name }) => names.has(fromOctets(name)))
  return splice(
    body,
    own.map(({ start, end }) => {
      return { start, end, text: pseudonyms.of(fromOctets(body.slice(start, end))) }
    }),
  )
}

/** A name may be written with escapes; then only reading tells. */
function mayHold(body: string, paths: readonly JsonPath[]): boolean {
  if (body.includes('\\u')) return true
  return paths.some(({ needle }) => {
    return needle === null || body.includes(needle) || /[^\w-]/.test(needle)
  })
}

/** Null where the text is no JSON. */
function redactJson(
  text: string,
  paths: readonly JsonPath[],
  pseudonyms: Pseudonyms,
): string | null {
  const splices: Splice[] = []
  const isRead = new JsonScanner().scan(text, 0, text.length, {
    leaf: ({ leaf, start, end, path, depth }) => {
      if (!paths.some((named) => isAtPath(named, path, depth))) return
      const stands = text.slice(start, end)
      if (leaf === 'string') {
        splices.push({ start, end, text: pseudonyms.of(readString(stands)) })
      } else if (stands !== 'null') splices.push({ start, end, text: `"${pseudonyms.of(stands)}"` })
    },
  })
  return isRead ? splice(text, splices) : null
}

/** A JSON text on each line, as logs and streams have it. */
function redactLines(
  text: string,
  paths: readonly JsonPath[],
  pseudonyms: Pseudonyms,
): string | null {
  const lines: string[] = []
  for (const line of text.split('\n')) {
    const redacted = line.trim() === '' ? line : redactJson(line, paths, pseudonyms)
    if (redacted === null) return null
    lines.push(redacted)
  }
  return lines.join('\n')
}

/** Without escapes, so that it is the same secret as elsewhere. */
function readString(stands: string): string {
  const text = fromOctets(stands)
  try {
    return JSON.parse(`"${text}"`) as string
  } catch {
    return text
  }
}

function fromOctets(text: string): string {
  return Buffer.from(text, 'latin1').toString()
}

function splice(text: string, splices: readonly Splice[]): string {
  if (splices.length === 0) return text
  const parts: string[] = []
  let read = 0
  for (const { start, end, text: other } of splices) {
    parts.push(text.slice(read, start), other)
    read = end
  }
  parts.push(text.slice(read))
  return parts.join('')
}
