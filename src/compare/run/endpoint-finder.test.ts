import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../../test/support/messages.ts'
import type { AnsweredExchange } from '../../model/comparison.ts'
import { EndpointFinder, type EndpointFinderOptions } from './endpoint-finder.ts'

type Unnamed = Omit<AnsweredExchange, 'endpoint'>

function createFinder(options: Partial<EndpointFinderOptions> = {}): EndpointFinder<Unnamed> {
  return new EndpointFinder({
    routes: [],
    actionParameters: [],
    learnExchanges: 10,
    learnMicros: 1_000,
    learnBytes: 1e6,
    endpointsMax: 100,
    ...options,
  })
}

function exchange(path: string, at = 0, status = '200 OK'): Unnamed {
  const payload = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\n\r\n{"id":1,"name":"x"}`
  const response = createRequest({ kind: 'response', payload })
  return {
    request: createRequest({ at, payload: `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n` }),
    answers: { production: { kind: 'answered', response } },
    session: 's',
  }
}

const names = ['ann', 'bob', 'eve', 'joe', 'kim', 'lea', 'max', 'sam', 'tim', 'uwe']

test('the first exchanges are held back, and named by what was learnt from all of them', () => {
  const finder = createFinder()
  const given = names.flatMap((name) => finder.push(exchange(`/people/${name}`)))
  assert.equal(given.length, 10)
  assert.ok(given.every(({ endpoint }) => endpoint === 'GET /people/{id}'))
  const [next] = finder.push(exchange('/people/new'))
  assert.equal(next?.endpoint, 'GET /people/{id}')
  assert.deepEqual(finder.templates(), [{ method: 'GET', path: '/people/{id}' }])
})

test('paths that were not seen before are learnt later, and known ones keep their names', () => {
  const finder = createFinder()
  for (let index = 0; index < 10; index++) finder.push(exchange('/health', index))
  const held = names.slice(0, 9).flatMap((name) => finder.push(exchange(`/tags/${name}`, 20)))
  assert.deepEqual(held, [])
  assert.equal(finder.push(exchange('/health', 21))[0]?.endpoint, 'GET /health')
  const given = finder.push(exchange(`/tags/${names[9]}`, 22))
  assert.equal(given.length, 10)
  assert.ok(given.every(({ endpoint }) => endpoint === 'GET /tags/{id}'))
})

test('a path that was seen once waits a few rounds for others like it, and not for ever', () => {
  const finder = createFinder()
  for (let index = 0; index < 9; index++) finder.push(exchange('/health'))
  assert.equal(finder.push(exchange('/once')).length, 9)
  const given = Array.from({ length: 8 }, (_, round) =>
    finder.push(exchange(`/${'z'.repeat(round + 1)}`, (round + 1) * 1_100, '500 No')),
  ).flat()
  assert.ok(given.some(({ request }) => Buffer.from(request.payload).includes('GET /once')))
  assert.ok(finder.finish().length > 0)
  assert.deepEqual(finder.finish(), [])
})

test('the operator’s routes count before what is learnt, and name at once', () => {
  const finder = createFinder({ routes: [[{ method: 'GET', path: '/people/{name}' }]] })
  finder.push(exchange('/a'))
  const given = finder.finish()
  assert.equal(given[0]?.endpoint, 'GET /a')
  assert.equal(finder.push(exchange('/people/ann'))[0]?.endpoint, 'GET /people/{name}')
})

test('an error does not teach a path', () => {
  const finder = createFinder()
  for (const name of names) finder.push(exchange(`/${name}.php`, 0, '404 Not Found'))
  finder.finish()
  assert.deepEqual(finder.templates(), [])
})

test('what is held back is bounded', () => {
  const finder = createFinder({ learnExchanges: 1e9, learnBytes: 5_000 })
  let given = 0
  for (let index = 0; index < 1_000; index++) given += finder.push(exchange(`/w${index}`)).length
  assert.ok(given > 900)
})
