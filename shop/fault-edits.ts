// Changes to answers that a shop has made, as a broken layer before it would make them.
import type { Answer } from './http.ts'

export type Json = Record<string, unknown>

/** The answer with its JSON object changed in place; as it is where it holds none. */
export function alterJson(answer: Answer, alter: (value: Json) => void): Answer {
  const text = textOf(answer)
  if (!text.startsWith('{')) return answer
  const value = JSON.parse(text) as Json
  alter(value)
  return { ...answer, body: Buffer.from(JSON.stringify(value)) }
}

export function alterText(answer: Answer, alter: (text: string) => string): Answer {
  return { ...answer, body: Buffer.from(alter(textOf(answer))) }
}

/** The answer with that header's value changed, or without it where that is null. */
export function alterHeader(
  answer: Answer,
  name: string,
  alter: (value: string) => string | null,
): Answer {
  const headers = answer.headers.flatMap(([own, value]) => {
    const altered = own === name ? alter(value) : value
    return altered === null ? [] : [[own, altered] as const]
  })
  return { ...answer, headers }
}

/** Objects of a list; none where there is no list. */
export function listAt(value: Json, key: string): Json[] {
  const list = value[key]
  return Array.isArray(list) ? (list as Json[]) : []
}

function textOf({ body }: Answer): string {
  return Buffer.from(body).toString('utf8')
}
