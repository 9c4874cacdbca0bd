// Exchanges as they cross to another thread: with payloads of their own, since a view would take
// along the whole batch that it looks into.
import { mapValues } from '../base/map-values.ts'
import type { JoinedExchange } from '../compare/join/exchange-joiner.ts'
import type { RoleAnswer } from '../model/comparison.ts'
import type { Message } from '../model/message.ts'

/** The exchange without views of larger memory. */
export function detachExchange(exchange: JoinedExchange): JoinedExchange {
  return {
    ...exchange,
    request: detachMessage(exchange.request),
    answers: mapValues(exchange.answers, detachAnswer),
    ...(exchange.sent && { sent: mapValues(exchange.sent, detachMessage) }),
  }
}

export function detachAnswer(answer: RoleAnswer): RoleAnswer {
  if (answer.kind === 'failed') return answer
  return { ...answer, response: detachMessage(answer.response) }
}

function detachMessage(message: Message): Message {
  return { ...message, payload: Uint8Array.from(message.payload) }
}
