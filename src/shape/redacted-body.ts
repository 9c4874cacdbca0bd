// Secrets in a decoded body: found in place, so that every other byte stays. Texts are latin1, one
// character for each octet.

import { isAtPath, type JsonPath } from './json-path.ts'
import { JsonScanner } from './json-scanner.ts'
import { beforeJson } from './json-texts.ts'
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
  if (rules.form.size > 0 && /^application\/x-www-form-urlencoded\b/i.test(contentType)) {
    return redactParameters(body, rules.form, pseudonyms)
  }
  if (/^multipart\/form-data\b/i.test(contentType)) {
    return redactParts(body, contentType, rules, pseudonyms)
  }
  if (rules.json.length === 0) return body
  const start = beforeJson.exec(body)![0].length
  const text = body.slice(start)
  const isJson = /\bjson\b/i.test(contentType)
  if (!isJson && !/^[[{]/.test(text)) return body
  if (!mayHold(body, rules.json)) return body
  const redacted =
    redactJson(text, rules.json, pseudonyms) ?? redactLines(text, rules.json, pseudonyms)
  return redacted === null ? (isJson ? null : body) : body.slice(0, start) + redacted
}

/** Parameters of a query or a form with the values of those names replaced. */
export function redactParameters(
  text: string,
  names: ReadonlySet<string>,
  pseudonyms: Pseudonyms,
): string {
  return mapParameters(text, (name, value) =>
    names.has(decodeParameter(name).toLowerCase()) ? pseudonyms.of(decodeParameter(value)) : value,
  )
}

interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Fields that are named, and in the others JSON. */
function redactParts(
  body: string,
  contentType: string,
  { form, json }: RedactionRules,
  pseudonyms: Pseudonyms,
): string | null {
  const parts = findFormParts(body, contentType)
  if (parts === null) return form.size === 0 ? body : null
  const splices = parts.flatMap(({ name, start, end }): Splice | [] => {
    const value = body.slice(start, end)
    if (form.has(fromOctets(name).toLowerCase())) {
      return { start, end, text: pseudonyms.of(fromOctets(value)) }
    }
    const mayBeJson = json.length > 0 && /^\s*[[{]/.test(value) && mayHold(value, json)
    const text = mayBeJson ? redactJson(value, json, pseudonyms) : null
    return text === null ? [] : { start, end, text }
  })
  return splice(body, splices)
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
