import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../../test/support/messages.ts'
import type { RoleAnswer } from '../../model/comparison.ts'
import type { Message } from '../../model/message.ts'
import type { JoinedExchange } from '../join/exchange-joiner.ts'
import { defaultReaskBookOptions } from '../join/reask-book.ts'
import { type ComparedExchange, ComparisonRun } from './comparison-run.ts'
import { defaultEndpointFinderOptions } from './endpoint-finder.ts'

function createRun(): ComparisonRun {
  return new ComparisonRun({
    endpoints: { ...defaultEndpointFinderOptions, actionParameters: [], learnExchanges: 5 },
    comparer: {},
    reask: defaultReaskBookOptions,
    random: () => 0.5,
    redactTarget: (target) => target.replace(/key=\w+/, 'key=-'),
  })
}

function answer(request: Message, body: string): RoleAnswer {
  const payload = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n${body}`
  return {
    kind: 'answered',
    response: { ...request, kind: 'replayed', payload: Buffer.from(payload) },
  }
}

function exchange(sequence: number, baseline: string, candidate: string): JoinedExchange {
  const request = createRequest({
    sequence,
    payload: `GET /orders/${sequence}?key=abc HTTP/1.1\r\nHost: a\r\n\r\n`,
  })
  const [same, other] = [answer(request, baseline), answer(request, candidate)]
  const answers = { production: same, baseline: same, baseline2: same, candidate: other }
  return { request, answers, session: 's', orphan: false }
}

test('exchanges are named, compared, counted, kept, and asked again where they are suspicious', () => {
  const run = createRun()
  const compared: ComparedExchange[] = []
  for (let index = 0; index < 5; index++) {
    const total = `{"total":${index * 10},"state":"paid"}`
    const changed = index < 2 ? total : `{"total":${index * 10 + 1},"state":"paid"}`
    compared.push(...run.push(exchange(index, total, changed)))
  }
  assert.deepEqual(
    compared.map(({ comparison, reask, keep }) => [comparison.label, reask, keep?.slot]),
    [
      ['same', false, 0],
      ['same', false, 1],
      ['changed', true, 0],
      ['changed', true, 1],
      ['changed', true, 2],
    ],
  )
  const [endpoint] = run.tally.tally().endpoints
  assert.equal(endpoint?.endpoint, 'GET /orders/{id}')
  assert.equal(endpoint?.features['answer.state=paid'], 5)
  assert.equal(run.openReasks(), 3)
})

test('answers to what was asked again are counted at their places', () => {
  const run = createRun()
  const asked = exchange(0, '{"total":10}', '{"total":11}')
  run.push(asked)
  run.finish()
  for (const role of ['baseline', 'candidate'] as const) {
    for (let time = 0; time < 3; time++) {
      run.answerReask(asked.request.id, role, asked.answers[role]!)
    }
  }
  assert.deepEqual(run.tally.tally().endpoints[0]?.paths[0]?.reasked, { confirmed: 1, refuted: 0 })
})

test('data that is out of step is stored with what of the target may be', () => {
  const run = createRun()
  const drifted = exchange(0, '{"total":10}', '{"total":10}')
  const production = answer(drifted.request, '{"total":12}')
  run.push({ ...drifted, answers: { ...drifted.answers, production } })
  run.finish()
  const [drift] = run.tally.tally().endpoints[0]!.paths[0]!.drifts
  assert.equal(drift?.target, '/orders/0?key=-')
})
