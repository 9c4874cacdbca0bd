// A stored request, put once more to baseline and candidate, and what came of it.
import { ExchangeComparer } from '../compare/exchange-comparer.ts'
import type { ByRole, RoleAnswer } from '../model/comparison.ts'
import type { ReaskView } from '../model/console.ts'
import type { Message, Micros } from '../model/message.ts'
import type { StoredAnswer, StoredExchange } from '../model/run-store.ts'
import { pseudonymText } from '../shape/pseudonyms.ts'
import { type AskedRole, viewExchange } from './exchange-view.ts'

export interface ReaskOptions {
  readonly targets: ByRole<string>
  /** What of an answer may be shown: as it is stored. */
  readonly redact: (message: Message) => Message
  /** A secret has the pseudonym that it has where it is stored. */
  readonly sameKey: boolean
  /** Puts the request to the target of the role; a failure is an answer too. */
  readonly ask: (role: AskedRole, request: Message) => Promise<RoleAnswer>
  readonly now: () => Micros
}

/** Asks both at the same time; a role without a target is not asked. */
export async function reaskExchange(
  stored: StoredExchange,
  { targets, redact, sameKey, ask, now }: ReaskOptions,
): Promise<ReaskView> {
  const at = now()
  const request = toRequest(stored, at)
  const roles = (['baseline', 'candidate'] as const).filter((role) => targets[role] !== undefined)
  const asked = await Promise.all(
    roles.map(async (role) => [role, redactAnswer(await ask(role, request), redact)] as const),
  )
  const answers: ByRole<RoleAnswer> = Object.fromEntries(asked)
  const { session, endpoint } = stored.comparison
  const comparison = new ExchangeComparer().compare({ request, answers, session, endpoint })
  const kept = asked.map(([role, answer]) => [role, toStored(answer)])
  const again = { comparison, answers: Object.fromEntries(kept) }
  const renamed = !sameKey && asked.some(([, answer]) => holdsPseudonym(answer))
  return { at, renamed, exchange: viewExchange(stored, targets.candidate ?? null, again) }
}

const pseudonym = new RegExp(pseudonymText)

function holdsPseudonym(answer: RoleAnswer): boolean {
  if (answer.kind === 'failed') return false
  return pseudonym.test(Buffer.from(answer.response.payload).toString('latin1'))
}

function toRequest({ request, exchange, comparison }: StoredExchange, at: Micros): Message {
  const { connection } = comparison
  return {
    kind: 'request',
    id: exchange,
    connection,
    sequence: 0,
    at,
    duration: 0,
    payload: request,
  }
}

function redactAnswer(answer: RoleAnswer, redact: ReaskOptions['redact']): RoleAnswer {
  return answer.kind === 'failed' ? answer : { ...answer, response: redact(answer.response) }
}

function toStored(answer: RoleAnswer): StoredAnswer {
  if (answer.kind === 'failed') return { bytes: null, failure: answer.reason, latency: 0 }
  const { payload, duration } = answer.response
  return { bytes: payload, failure: null, latency: duration }
}
