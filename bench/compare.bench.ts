// What comparing costs: three answers of 2 KB of JSON each, production's with other identifiers and
// times, the candidate's with the baseline's data and now and then a change. One thread.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createRandom } from '../src/base/seeded-random.ts'
import { ExchangeComparer } from '../src/compare/exchange-comparer.ts'
import type { AnsweredExchange } from '../src/model/comparison.ts'
import type { ConnectionId, ExchangeId, Message } from '../src/model/message.ts'

const targetPerSecond = 8_000
const heapGrowthMaxMegabytes = 8
const distinctExchanges = 4_000
const warmUpExchanges = 60_000
const measuredExchanges = 120_000

interface Variant {
  readonly name: string
  /** How many of the candidate's answers differ from the baseline's, beside their heads. */
  readonly changedShare: number
  /** Whether production's identifiers and times are others than the baseline's. */
  readonly drifts: boolean
}

const variants: readonly Variant[] = [
  { name: 'equal bodies', changedShare: 0, drifts: false },
  { name: 'data drift, 1 % changed', changedShare: 0.01, drifts: true },
  { name: 'data drift, all changed', changedShare: 1, drifts: true },
]

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function main(): void {
  console.log(`three answers of 2 KB of JSON each, ${measuredExchanges} exchanges, by the clock`)
  for (const variant of variants) measure(variant)
}

function measure({ name, changedShare, drifts }: Variant): void {
  const random = createRandom(7)
  const exchanges = Array.from({ length: distinctExchanges }, (_, number) =>
    createExchange(number, drifts, random() < changedShare),
  )
  const comparer = new ExchangeComparer()
  let differences = 0
  const run = (count: number) => {
    for (let index = 0; index < count; index++) {
      const exchange = exchanges[index % distinctExchanges]!
      differences += comparer.compare(exchange).attributions.length
    }
  }
  run(warmUpExchanges)
  const heapBefore = heapMegabytes()
  differences = 0
  // Processor time of all threads, garbage collection included: others share this machine.
  const start = process.cpuUsage()
  const startedAt = performance.now()
  run(measuredExchanges)
  const perSecond = measuredExchanges / ((performance.now() - startedAt) / 1_000)
  const used = process.cpuUsage(start)
  const perCpuSecond = measuredExchanges / ((used.user + used.system) / 1e6)
  const growth = heapMegabytes() - heapBefore
  const rate = perSecond.toFixed(0).padStart(7)
  const micros = (1e6 / perSecond).toFixed(0).padStart(4)
  const differs = (differences / measuredExchanges).toFixed(1)
  console.log(
    [
      `${name.padEnd(26)} ${rate}/s, target ≥ ${targetPerSecond}/s ` +
        `${judge(perSecond >= targetPerSecond)} (${perCpuSecond.toFixed(0)}/s by processor time)`,
      `${micros} µs and ${differs} differences each`,
      `heap ${growth.toFixed(1).padStart(5)} MB more, target ≤ ${heapGrowthMaxMegabytes} MB ` +
        judge(growth <= heapGrowthMaxMegabytes),
    ].join('   '),
  )
}

function judge(isMet: boolean): string {
  return isMet ? 'met' : 'GAP'
}

function heapMegabytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}

function createExchange(number: number, drifts: boolean, isChanged: boolean): AnsweredExchange {
  const productionOffset = drifts ? 500_000 : 0
  const at = 1_790_000_000_000_000 + number * 1_000
  const [production, baseline, candidate] = [
    orderOf(number, productionOffset, drifts ? 3 : 0, false),
    orderOf(number, 0, 0, false),
    orderOf(number, 0, 0, isChanged),
  ]
  const request = `GET /orders/${number} HTTP/1.1\r\nHost: shop\r\n\r\n`
  return {
    request: messageOf('request', number, at, request),
    answers: {
      production: { kind: 'answered', response: responseOf(number, at, 'p', production) },
      baseline: { kind: 'answered', response: responseOf(number, at + 7_000_000, 'b', baseline) },
      candidate: { kind: 'answered', response: responseOf(number, at + 7_001_000, 'c', candidate) },
    },
    session: `session-${number % 100}`,
    endpoint: 'GET /orders/{id}',
  }
}

function orderOf(number: number, offset: number, shift: number, isChanged: boolean): string {
  return JSON.stringify({
    id: number + 1,
    number: `R${1_000_000 + number}`,
    created_at: new Date(1_790_000_000_000 + number * 60_000 + shift * 86_400_000).toISOString(),
    status: 'paid',
    customer: {
      id: offset + (number % 977),
      name: 'Ada Example',
      email: `ada${number % 977}@example.org`,
      addresses: [{ street: '1 Sample Road', city: 'Berlin', zip: '10115', country: 'DE' }],
    },
    items: Array.from({ length: 12 }, (_, index) => ({
      sku: `SKU-${(number * 7 + index) % 5_000}`,
      title: `Product of the house number ${index}`,
      quantity: 1 + (index % 3),
      price: 19.99 + index,
      currency: 'EUR',
      in_stock: index % 2 === 0,
      tags: ['new', 'sale'],
    })),
    total: isChanged ? 311.88 : 311.87,
    note: null,
  })
}

function responseOf(number: number, at: number, server: string, body: string): Message {
  const text =
    'HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n' +
    `Date: ${new Date(at / 1_000).toUTCString()}\r\nServer: shop\r\n` +
    `X-Request-Id: ${server}${number}-8f14e45fceea167a\r\nCache-Control: private, max-age=60\r\n` +
    `Vary: Accept-Encoding\r\nETag: W/"${number.toString(16)}-abcdef"\r\n` +
    'Connection: keep-alive\r\n' +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  return messageOf('response', number, at, text)
}

function messageOf(
  kind: 'request' | 'response',
  number: number,
  at: number,
  text: string,
): Message {
  return {
    kind,
    id: `e${number}` as ExchangeId,
    connection: `c${number % 100}` as ConnectionId,
    sequence: number,
    at,
    duration: 2_000,
    payload: new Uint8Array(Buffer.from(text)),
  }
}

main()
