import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOpenApiRoutes } from './openapi-routes.ts'

function checkRoutes(document: unknown, expected: readonly string[]): void {
  const routes = readOpenApiRoutes(document).map(({ method, path }) => `${method} ${path}`)
  assert.deepEqual(routes, expected)
}

test('every operation is a route, below the path of each server', () => {
  checkRoutes(
    {
      openapi: '3.1.0',
      servers: [{ url: 'https://api.example.com/v1/' }, { url: '/{region}' }],
      paths: { '/users/{id}': { get: {}, delete: {}, parameters: [] }, '/health': { get: {} } },
    },
    [
      'GET /v1/users/{id}',
      'DELETE /v1/users/{id}',
      'GET /{region}/users/{id}',
      'DELETE /{region}/users/{id}',
      'GET /v1/health',
      'GET /{region}/health',
    ],
  )
})

test('Swagger 2.0 has a base path', () => {
  checkRoutes({ swagger: '2.0', basePath: '/api', paths: { '/a': { post: {} } } }, ['POST /api/a'])
})

test('what is no document has no routes', () => {
  for (const document of [null, 7, [], {}, { paths: 1 }, { paths: { a: {} } }]) {
    checkRoutes(document, [])
  }
})
