import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EndpointNamer, maskPath, otherEndpoint } from './endpoint-namer.ts'
import { RouteMatcher } from './route-matcher.ts'

function createNamer(endpointsMax = 100): EndpointNamer {
  return new EndpointNamer({
    matchers: [
      new RouteMatcher([{ method: 'GET', path: '/users/{name}' }]),
      new RouteMatcher([{ method: '*', path: '/users/{id}' }]),
    ],
    endpointsMax,
  })
}

test('the first matcher that knows a request names its endpoint', () => {
  assert.equal(createNamer().name('GET', '/users/ann', null), 'GET /users/{name}')
  assert.equal(createNamer().name('PUT', '/users/ann', null), 'PUT /users/{id}')
})

test('a request that none knows keeps its path, with identifiers masked', () => {
  assert.equal(createNamer().name('GET', '/tags/red/7.json', null), 'GET /tags/red/{id}.json')
  assert.equal(maskPath('/'), '/')
})

test('an action is part of the name', () => {
  const name = createNamer().name('POST', '/graphql', 'graphql:GetUser')
  assert.equal(name, 'POST /graphql graphql:GetUser')
})

test('beyond the ceiling new endpoints are one, and known ones keep their names', () => {
  const namer = createNamer(2)
  assert.equal(namer.name('GET', '/a', null), 'GET /a')
  assert.equal(namer.name('GET', '/b', null), 'GET /b')
  assert.equal(namer.name('GET', '/c', null), otherEndpoint)
  assert.equal(namer.name('GET', '/a', null), 'GET /a')
})
