import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeData } from '../data.ts'
import { allNoise } from '../noise.ts'
import { serveShop } from './serve-shop.ts'
import { type Answered, visitShop } from './visit-shop.ts'

const options = {
  dataSeed: 2,
  instanceSeed: 2,
  release: 1,
  bugs: new Set<never>(),
  drift: new Set<never>(),
  noise: allNoise,
}

test('visitors over sockets log in, order, and are answered as in memory', async () => {
  await using shop = await serveShop({ port: 0, options, isSlow: false })
  const answered: Answered[] = []
  const result = await visitShop({
    port: shop.port,
    data: makeData(2, new Set()),
    seed: 1,
    requestsPerSecond: 1_000,
    seconds: 1,
    visitSeconds: 0.2,
    onAnswer: (answer) => answered.push(answer),
  })
  assert.equal(result.broken, 0)
  assert.equal(result.requests, answered.length)
  const statuses = (line: string) =>
    new Set(answered.filter((answer) => answer.line === line).map(({ status }) => status))
  assert.ok(statuses('POST /login').has(303))
  assert.ok(statuses('POST /orders').has(201))
  assert.deepEqual(statuses('GET /orders/{{order}}'), new Set([200]))
})
