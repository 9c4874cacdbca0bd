// Judges a candidate shop as a run would: all answers of a cast of shops, compared and counted,
// with suspicious requests asked again.

import { createCast, type Role, type Scenario } from '../../shop/cast.ts'
import type { Asked, ShopExchange } from '../../shop/drive.ts'
import { createRandom } from '../../src/base/seeded-random.ts'
import { defaultActionParameters } from '../../src/compare/endpoints/action-name.ts'
import type { JoinedExchange } from '../../src/compare/join/exchange-joiner.ts'
import { defaultReaskBookOptions } from '../../src/compare/join/reask-book.ts'
import { SessionFinder } from '../../src/compare/join/session-finder.ts'
import { defaultJudgeOptions, judgeRun } from '../../src/compare/judge/judge-run.ts'
import { type ComparedExchange, ComparisonRun } from '../../src/compare/run/comparison-run.ts'
import { defaultEndpointFinderOptions } from '../../src/compare/run/endpoint-finder.ts'
import type { RoleAnswer } from '../../src/model/comparison.ts'
import type { ConnectionId, ExchangeId, Message } from '../../src/model/message.ts'
import type { RunTally } from '../../src/model/run-tally.ts'
import type { RunVerdict } from '../../src/model/verdict.ts'
import { DiffyRule } from './diffy-rule.ts'

/** What is compared: production, the baseline twice and the candidate, or less. */
export type BenchMode = 'baseline-twice' | 'production'

export interface ShopJudgement {
  readonly verdict: RunVerdict
  readonly tally: RunTally
  readonly reasked: number
  /** What Diffy's rule would show of the same answers. */
  readonly diffy: readonly string[]
}

/** Plays the scenario to its end; `onCompared` sees every exchange beside what the shop knows. */
export function judgeShop(scenario: Scenario, mode: BenchMode = 'baseline-twice'): ShopJudgement {
  const cast = createCast(scenario)
  const run = createRun(scenario.seed)
  const sessions = new SessionFinder()
  const played = new Map<ExchangeId, ShopExchange<Role>>()
  const diffy = new DiffyRule()
  let reasked = 0
  let now = 0
  const settle = (compared: readonly ComparedExchange[]) => {
    for (const { exchange, comparison, reask } of compared) {
      diffy.add(comparison)
      const { id } = exchange.request
      const shop = played.get(id)
      played.delete(id)
      if (!reask || shop === undefined) continue
      reasked += 1
      for (const baseline of ['baseline', 'baselineAgain', 'baseline'] as const) {
        for (const role of [baseline, 'candidate'] as const) {
          now += 1_000_000
          const asked = cast.askAgain(role, shop.others[role].request, now)
          const own = role === 'candidate' ? role : 'baseline'
          run.answerReask(id, own, toAnswer(asked, exchange.request))
        }
      }
    }
  }
  for (const shop of cast.play()) {
    const joined = toJoined(shop, sessions, mode)
    now = Math.max(now, shop.others.candidate.answeredAt, shop.others.baseline.answeredAt)
    if (mode === 'baseline-twice') played.set(joined.request.id, shop)
    settle(run.push(joined))
  }
  settle(run.finish())
  const tally = run.tally.tally()
  const verdict = judgeRun(tally, { ...defaultJudgeOptions, today: '2025-03-10' })
  return { verdict, tally, reasked, diffy: diffy.shown() }
}

export function createRun(seed: number): ComparisonRun {
  return new ComparisonRun({
    endpoints: { ...defaultEndpointFinderOptions, actionParameters: defaultActionParameters },
    comparer: {},
    reask: defaultReaskBookOptions,
    random: createRandom(seed),
    redactTarget: (target) => target,
  })
}

export function toJoined(
  { number, connection, production, others }: ShopExchange<Role>,
  sessions: SessionFinder,
  mode: BenchMode,
): JoinedExchange {
  const request = toMessage('request', production.request, production.sentAt, 0, number, connection)
  const respond = (asked: Asked) => toAnswer(asked, request)
  const found = sessions.find(request)
  const own = respond(production)
  if (own.kind === 'answered') sessions.observe(own.response)
  const { baseline, baselineAgain, candidate } = others
  const sentTo = (asked: Asked) =>
    toMessage('request', asked.request, asked.sentAt, 0, number, connection)
  if (mode === 'production') {
    return {
      request,
      ...found,
      answers: { production: own, candidate: respond(candidate) },
      sent: { candidate: sentTo(candidate) },
    }
  }
  return {
    request,
    ...found,
    answers: {
      production: own,
      baseline: respond(baseline),
      baseline2: respond(baselineAgain),
      candidate: respond(candidate),
    },
    sent: {
      baseline: sentTo(baseline),
      baseline2: sentTo(baselineAgain),
      candidate: sentTo(candidate),
    },
  }
}

function toAnswer({ response, sentAt, answeredAt }: Asked, request: Message): RoleAnswer {
  const { sequence, connection } = request
  const message: Message = {
    kind: 'replayed',
    id: request.id,
    connection,
    sequence,
    at: sentAt,
    duration: answeredAt - sentAt,
    payload: response,
  }
  return { kind: 'answered', response: message }
}

function toMessage(
  kind: Message['kind'],
  payload: Uint8Array,
  at: number,
  duration: number,
  number: number,
  connection: number,
): Message {
  const name = connection.toString(16).padStart(16, '0') as ConnectionId
  const id = `${name}${number.toString(16).padStart(8, '0')}` as ExchangeId
  return { kind, id, connection: name, sequence: number, at, duration, payload }
}
