import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAnswer, createStoredExchange } from '../../test/support/run-folders.ts'
import type { Message } from '../model/message.ts'
import { type ReaskOptions, reaskExchange } from './reask-exchange.ts'

const bodies = { baseline: '{"id":7,"total":10}', candidate: '{"id":7,"total":12}' }

function createOptions(parts: Partial<ReaskOptions> = {}): ReaskOptions {
  return {
    targets: { baseline: 'http://b', candidate: 'http://c' },
    redact: (message) => message,
    ask: async (role, request) => ({
      kind: 'answered',
      response: { ...request, kind: 'replayed', payload: createAnswer(bodies[role]).bytes! },
    }),
    now: () => 5,
    ...parts,
  }
}

const differing = (view: Awaited<ReturnType<typeof reaskExchange>>) =>
  view.exchange.rows.filter(({ differs, holder }) => differs && !holder)

test('both are asked what production was, and compared as they answer then', async () => {
  const asked: Message[] = []
  const { ask } = createOptions()
  const stored = createStoredExchange()
  const view = await reaskExchange(
    stored,
    createOptions({
      ask: (role, request) => {
        asked.push(request)
        return ask(role, request)
      },
    }),
  )
  assert.deepEqual(asked[0]?.payload, stored.request)
  assert.deepEqual([view.at, Object.keys(view.exchange.answers)], [5, ['baseline', 'candidate']])
  assert.deepEqual(
    differing(view).map(({ place, values }) => [place, values.candidate]),
    [['$.total', '12']],
  )
})

test('answers are redacted before anybody sees them', async () => {
  const payload = createAnswer(bodies.baseline).bytes!
  const redact = (message: Message) => ({ ...message, payload })
  const view = await reaskExchange(createStoredExchange(), createOptions({ redact }))
  assert.deepEqual(differing(view), [])
})

test('one that does not answer is told so, and one without a target is not asked', async () => {
  const view = await reaskExchange(
    createStoredExchange(),
    createOptions({
      targets: { candidate: 'http://c' },
      ask: async () => ({ kind: 'failed', reason: 'timeout' }),
    }),
  )
  assert.deepEqual(Object.keys(view.exchange.answers), ['candidate'])
  assert.equal(view.exchange.answers.candidate?.summary.failure, 'timeout')
})
