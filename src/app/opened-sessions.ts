// Which requests of a recording open a session (a login, a token), what they need themselves (the
// token of a form), and whose the others are: as correlation tells clients apart.
import type { Message } from '../model/message.ts'
import { readMessageParts } from '../protocol/http1/message-parts.ts'
import type { Issued } from '../shape/correlate-issued-values.ts'
import { Scopes } from '../shape/correlate-scopes.ts'

export interface OpenedSessions {
  /** By request; one that is missing is a session of its connection. */
  readonly sessions: ReadonlyMap<Message, string>
  /** Each that opens a session, with the one that issued what it brings; null: it needs none. */
  readonly openings: ReadonlyMap<Message, Message | null>
}

/** Requests of its connection before an opening that are looked at for what it needs. */
const lookBackMax = 8

/** Shorter values may stand in a request by chance. */
const neededBytesMin = 8

type ReadIssued = (payload: Uint8Array) => Issued | null

/** `messages` in order of time; `responses` by the id of their request. */
export function findOpenedSessions(
  messages: readonly Message[],
  responses: ReadonlyMap<string, Message>,
  readIssued: ReadIssued,
): OpenedSessions {
  const scopes = new Scopes()
  const sessions = new Map<Message, string>()
  const openings = new Map<Message, Message | null>()
  const asked = new Map<string, { readonly request: Message; readonly scope: number | null }>()
  const recent = new Map<string, Message[]>()
  for (const message of messages) {
    if (message.raw === true) continue
    if (message.kind === 'request') {
      const parts = readMessageParts(message.payload)
      const scope = parts === null ? null : scopes.ofRequest(parts)
      asked.set(message.id, { request: message, scope })
      if (scope !== null) sessions.set(message, nameOf(scope))
      remember(recent, message)
    } else if (message.kind === 'response') {
      const opening = asked.get(message.id)
      const key = readIssued(message.payload)?.sessionKey ?? null
      if (opening === undefined || key === null) continue
      const { request } = opening
      const needed = findNeeded(request, recent.get(request.connection)!, responses, readIssued)
      const session = nameOf(scopes.extend(opening.scope, key))
      openings.set(request, needed)
      sessions.set(request, session)
      if (needed !== null && !sessions.has(needed)) sessions.set(needed, session)
    }
  }
  return { sessions, openings }
}

function nameOf(scope: number): string {
  return `session ${scope}`
}

function remember(recent: Map<string, Message[]>, request: Message): void {
  const known = recent.get(request.connection)
  if (known === undefined) recent.set(request.connection, [request])
  else if (known.push(request) > lookBackMax) known.shift()
}

/** The last request before it whose answer issued what it brings. */
function findNeeded(
  request: Message,
  recent: readonly Message[],
  responses: ReadonlyMap<string, Message>,
  readIssued: ReadIssued,
): Message | null {
  const text = Buffer.from(request.payload).toString('latin1')
  const found = recent.findLast((before) => {
    if (before === request) return false
    const answer = responses.get(before.id)
    const issued = answer === undefined ? null : readIssued(answer.payload)
    return issued?.values.some(
      ({ value, isIssued }) => isIssued && value.length >= neededBytesMin && text.includes(value),
    )
  })
  return found ?? null
}
