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
    sameKey: true,
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
  const again = ['baseline-now', 'candidate-now']
  assert.deepEqual(view.at, 5)
  assert.deepEqual(Object.keys(view.exchange.answers), [...Object.keys(stored.answers), ...again])
  const total = differing(view).find(({ place }) => place === '$.total')
  assert.deepEqual(
    [total?.values['baseline-now'], total?.values['candidate-now'], total?.label],
    ['10', '12', 'changed'],
  )
  assert.equal(view.exchange.label, 'changed')
})

test('answers are redacted before anybody sees them', async () => {
  const payload = createAnswer(bodies.baseline).bytes!
  const redact = (message: Message) => ({ ...message, payload })
  const view = await reaskExchange(createStoredExchange(), createOptions({ redact }))
  const shown = differing(view).map(({ values }) => values['candidate-now'])
  assert.equal(shown.includes('12'), false)
  assert.equal(view.exchange.label, 'same')
})

test('one that does not answer is told so, and one without a target is not asked', async () => {
  const view = await reaskExchange(
    createStoredExchange(),
    createOptions({
      targets: { candidate: 'http://c' },
      ask: async () => ({ kind: 'failed', reason: 'timeout' }),
    }),
  )
  assert.equal(view.exchange.answers['baseline-now'], undefined)
  assert.equal(view.exchange.answers['candidate-now']?.summary.failure, 'timeout')
})

const renamed = [
  { sameKey: false, text: 'redacted-0123456789abcdef', expected: true },
  { sameKey: true, text: 'redacted-0123456789abcdef', expected: false },
  { sameKey: false, text: 'redacted-nothing', expected: false },
]
for (const { sameKey, text, expected } of renamed) {
  test(`an answer with ${text}, of a run whose key is ${sameKey ? '' : 'not '}known, is ${expected ? '' : 'not '}said to look otherwise`, async () => {
    const payload = createAnswer(`{"token":"${text}"}`).bytes!
    const redact = (message: Message) => ({ ...message, payload })
    const options = createOptions({ redact, sameKey })
    assert.equal((await reaskExchange(createStoredExchange(), options)).renamed, expected)
  })
}
