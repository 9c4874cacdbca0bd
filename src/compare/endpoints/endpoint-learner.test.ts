import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EndpointLearner, type ObservedRequest } from './endpoint-learner.ts'

function checkLearnt(requests: readonly ObservedRequest[], expected: readonly string[]): void {
  const learner = new EndpointLearner()
  for (const request of requests) learner.observe(request)
  const learnt = learner.learn().map(({ method, path }) => `${method} ${path}`)
  assert.deepEqual(learnt, expected)
}

function get(path: string, form = '200 application/json id,name'): ObservedRequest {
  return { method: 'GET', path, form }
}

test('identifiers are values of a parameter at once', () => {
  checkLearnt(
    [get('/users/1'), get('/users/6fa459ea-ee8a-4ca4-894e-db77e160355e'), get('/users/1/orders/2')],
    ['GET /users/{id}', 'GET /users/{id}/orders/{id}'],
  )
})

test('words become values where they look alike, and what is below them is seen together', () => {
  const people = ['ann', 'bob', 'eve', 'joe', 'kim', 'lea', 'max', 'sam']
  checkLearnt(
    people.flatMap((name, index) => [
      get(`/people/${name}`, '200 application/json age,name'),
      get(`/people/${name}/pets/${people[(index + 3) % 8]}`, '200 application/json kind,pet'),
    ]),
    ['GET /people/{id}', 'GET /people/{id}/pets/{id}'],
  )
})

test('a word among values that answers with another form stays a word', () => {
  const people = ['ann', 'bob', 'eve', 'joe']
  checkLearnt(
    [
      ...people.map((name) => get(`/people/${name}`)),
      get('/people/search', '200 application/json hits,took'),
    ],
    ['GET /people/search', 'GET /people/{id}'],
  )
})

test('methods are told apart, and verbs behind a colon', () => {
  checkLearnt(
    [
      { method: 'POST', path: '/jobs/7:cancel', form: '204 ' },
      { method: 'DELETE', path: '/jobs/7', form: '204 ' },
    ],
    ['DELETE /jobs/{id}', 'POST /jobs/{id}:cancel'],
  )
})

test('learning leaves what was observed as it is', () => {
  const learner = new EndpointLearner()
  for (const name of ['ann', 'bob', 'eve']) learner.observe(get(`/people/${name}`))
  const first = learner.learn()
  assert.deepEqual(learner.learn(), first)
  learner.observe(get('/people/joe'))
  assert.deepEqual(
    first.map(({ requests }) => requests),
    [3],
  )
  assert.deepEqual(
    learner.learn().map(({ requests }) => requests),
    [4],
  )
})

test('very many words and forms are learnt in bounded memory', () => {
  const learner = new EndpointLearner()
  for (let index = 0; index < 300_000; index++) {
    const word = [...String(index)].map((digit) => 'abcdefghij'[Number(digit)]).join('')
    learner.observe(get(`/tags/${word}`, `200 text/html ${index % 1_000}`))
  }
  assert.ok(learner.learn().some(({ path }) => path === '/tags/{id}'))
})
