import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChange, createComparison, createNoise } from '../../../test/support/comparisons.ts'
import { createRequest } from '../../../test/support/messages.ts'
import type { AnsweredExchange, ExchangeComparison, RoleAnswer } from '../../model/comparison.ts'
import type { ExchangeId } from '../../model/message.ts'
import { ReaskBook, type ReaskVerdict } from './reask-book.ts'

const endpoint = 'GET /orders/{id}'
const options = { perEndpointMax: 50, perPlaceMax: 6, openMax: 100 }

function answer(text: string): RoleAnswer {
  return { kind: 'answered', response: createRequest({ kind: 'replayed', payload: text }) }
}

function textOf(found: RoleAnswer | undefined): string {
  return found?.kind === 'answered' ? Buffer.from(found.response.payload).toString() : 'failed'
}

function exchange(sequence = 0): AnsweredExchange {
  return { request: createRequest({ sequence }), answers: {}, session: 's', endpoint }
}

/** Compares answers as texts. */
function compareTexts({ answers }: AnsweredExchange): ExchangeComparison {
  const [first, second] = [textOf(answers.baseline), textOf(answers.baseline2)]
  const candidate = textOf(answers.candidate)
  if (first !== second) return createComparison({ attributions: [createNoise()] })
  const attributions = candidate === first ? [] : [createChange({ values: { candidate } })]
  return createComparison({ attributions })
}

function reask(baseline: string, candidate: string): ReaskVerdict | null {
  const book = new ReaskBook(compareTexts, options)
  const asked = exchange()
  const suspicious = createComparison({ attributions: [createChange()] })
  assert.ok(book.suspect(asked, suspicious, true))
  let verdict: ReaskVerdict | null = null
  for (let index = 0; index < 3; index++) {
    assert.equal(verdict, null)
    verdict = book.answer(asked.request.id, 'baseline', answer(baseline[index]!))
    verdict ??= book.answer(asked.request.id, 'candidate', answer(candidate[index]!))
  }
  assert.equal(book.open(), 0)
  return verdict
}

const cases = [
  ['each stands by its own answer', 'aaa', 'bbb', true],
  ['both answer alike', 'aaa', 'aaa', false],
  ['the baseline changes its mind', 'aab', 'ccc', false],
  ['the candidate changes its mind', 'aaa', 'bbc', false],
  ['the candidate agrees once', 'aaa', 'bba', false],
] as const

for (const [what, baseline, candidate, confirmed] of cases) {
  test(`where ${what}, the difference is ${confirmed ? 'borne out' : 'not borne out'}`, () => {
    assert.deepEqual(reask(baseline, candidate), {
      endpoint,
      places: [{ path: '$.total', kind: 'value', confirmed }],
    })
  })
}

test('only safe requests that were compared with a baseline are asked again', () => {
  const book = new ReaskBook(compareTexts)
  const attributions = [createChange()]
  assert.equal(book.suspect(exchange(), createComparison({ attributions }), false), false)
  const alone = createComparison({ attributions, mode: 'production' })
  assert.equal(book.suspect(exchange(), alone, true), false)
  const noise = createComparison({ attributions: [createNoise()] })
  assert.equal(book.suspect(exchange(), noise, true), false)
})

function countAsked(
  book: ReaskBook,
  paths: (index: number) => string,
  values: (index: number) => string = String,
): number {
  let asked = 0
  for (let index = 0; index < 100; index++) {
    const change = createChange({
      path: paths(index),
      values: { baseline: '1', candidate: values(index) },
    })
    const comparison = createComparison({ attributions: [change] })
    if (book.suspect(exchange(index), comparison, true)) asked += 1
  }
  return asked
}

test('one place, one endpoint and all that is open have budgets', () => {
  assert.equal(
    countAsked(new ReaskBook(compareTexts, options), () => '$.a'),
    6,
  )
  assert.equal(
    countAsked(new ReaskBook(compareTexts, options), (index) => `$.${index}`),
    50,
  )
  assert.equal(
    countAsked(
      new ReaskBook(compareTexts, options),
      () => '$.a',
      () => 'b',
    ),
    1,
  )
  const few = new ReaskBook(compareTexts, { ...options, openMax: 3 })
  assert.equal(
    countAsked(few, (index) => `$.${index}`),
    3,
  )
})

test('an answer to what was not asked is nothing', () => {
  const book = new ReaskBook(compareTexts)
  assert.equal(book.answer('x' as ExchangeId, 'baseline', answer('a')), null)
})
