// Exchanges as they cross to another thread: with payloads of their own, since a view would take
// along the whole batch that it looks into.
import type { JoinedExchange } from '../compare/join/exchange-joiner.ts'
import type { ByRole, Role, RoleAnswer } from '../model/comparison.ts'
import type { Message } from '../model/message.ts'

/** The exchange without views of larger memory. */
export function detachExchange(exchange: JoinedExchange): JoinedExchange {
  return {
    ...exchange,
    request: detachMessage(exchange.request),
    answers: mapRoles(exchange.answers, detachAnswer),
    ...(exchange.sent && { sent: mapRoles(exchange.sent, detachMessage) }),
  }
}

export function detachAnswer(answer: RoleAnswer): RoleAnswer {
  if (answer.kind === 'failed') return answer
  return { ...answer, response: detachMessage(answer.response) }
}

/** The values under another function, role by role. */
export function mapRoles<From, To>(values: ByRole<From>, map: (value: From) => To): ByRole<To> {
  const entries = Object.entries(values) as [Role, From][]
  return Object.fromEntries(entries.map(([role, value]) => [role, map(value)]))
}

function detachMessage(message: Message): Message {
  return { ...message, payload: Uint8Array.from(message.payload) }
}
