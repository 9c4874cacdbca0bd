import assert from 'node:assert/strict'
import { test } from 'node:test'
import { get, ok, post, sid } from '../../test/support/correlator-bench.ts'
import { createRequest } from '../../test/support/messages.ts'
import type { Message } from '../model/message.ts'
import { createIssuedReader } from '../shape/correlate-issued.ts'
import { findOpenedSessions } from './opened-sessions.ts'

const csrf = 'c5rf70ken1234567'
const cookie = `Cookie: sid=${sid.production}\r\n`
const set = `Set-Cookie: sid=${sid.production}; HttpOnly\r\n`

/** Asked one after the other over one connection, each with its answer. */
const exchanges: readonly (readonly [request: string, answer: string])[] = [
  [get('/'), ok('{"items":[]}')],
  [get('/login'), ok(`{"csrf":"${csrf}"}`)],
  [get('/search'), ok('{"found":[]}')],
  [post('/login', `{"user":"ann","csrf":"${csrf}"}`), ok('{}', set)],
  [get('/account', cookie), ok('{}')],
]
const requests = exchanges.map(([payload], sequence) =>
  createRequest({ sequence, at: sequence * 1_000, payload }),
)
const answers = exchanges.map(([, payload], sequence) => ({
  ...createRequest({ kind: 'response', sequence, at: sequence * 1_000 + 500, payload }),
  id: requests[sequence]!.id,
}))

function find(messages: readonly Message[]) {
  const responses = new Map(answers.map((answer) => [answer.id, answer] as const))
  return findOpenedSessions(messages, responses, createIssuedReader())
}

const sorted = [...requests, ...answers].sort((one, other) => one.at - other.at)
const [home, form, search, login, account] = requests as [
  Message,
  Message,
  Message,
  Message,
  Message,
]

test('what opens a session, and what that needs, belong to the session', () => {
  const { sessions, openings } = find(sorted)
  assert.deepEqual([...openings], [[login, form]])
  assert.notEqual(sessions.get(account), undefined)
  assert.equal(sessions.get(login), sessions.get(account))
  assert.equal(sessions.get(form), sessions.get(account))
  assert.deepEqual([sessions.get(home), sessions.get(search)], [undefined, undefined])
})

test('a session from before the recording has none that opens it', () => {
  const { sessions, openings } = find(sorted.filter(({ sequence }) => sequence === 4))
  assert.equal(openings.size, 0)
  assert.notEqual(sessions.get(account), undefined)
})

test('what was issued long before is not looked for', () => {
  const between = Array.from({ length: 10 }, (_, index) =>
    createRequest({ sequence: 10 + index, at: 2_600, payload: get('/more') }),
  )
  const { openings } = find([...sorted, ...between].sort((one, other) => one.at - other.at))
  assert.deepEqual([...openings], [[login, null]])
})
