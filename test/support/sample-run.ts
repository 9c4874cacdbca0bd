// A run as a real one leaves it, made of comparisons: a bug, a bug in one currency alone, a slower
// endpoint, one with longer answers, drift, and noise that hides a change. For tests of what reads
// runs, and benches.
import { RunTallyKeeper } from '../../src/compare/judge/run-tally-keeper.ts'
import type { Attribution, ExchangeComparison } from '../../src/model/comparison.ts'
import type { ExchangeId } from '../../src/model/message.ts'
import type { StoredExchange } from '../../src/model/run-store.ts'
import type { RunTally } from '../../src/model/run-tally.ts'
import { createAnswers, createChange, createComparison, createDrift } from './comparisons.ts'
import { createAnswer, createStoredExchange, runStart } from './run-folders.ts'

export interface SampleRun {
  readonly tally: RunTally
  /** One for each way of differing, by id. */
  readonly exchanges: readonly StoredExchange[]
}

const endpoints = ['GET /orders/{id}', 'GET /search', 'POST /cart', 'GET /users/{id}'] as const

/** So many exchanges over four endpoints, three a second. */
export function createSampleRun(exchanges = 600): SampleRun {
  const keeper = new RunTallyKeeper()
  const kept = new Map<string, StoredExchange>()
  for (let index = 0; index < exchanges; index++) {
    const currency = index % 7 === 0 ? 'JPY' : 'EUR'
    const comparison = compare(index, currency)
    const { endpoint } = comparison
    const target = `${endpoint.slice(endpoint.indexOf('/')).replace('{id}', String(index))}`
    const signature = `${endpoint} ${comparison.attributions.map(({ path }) => path).join(' ')}`
    const isKept = !kept.has(signature)
    if (isKept) kept.set(signature, keep(comparison, signature, target))
    const features = [`query.currency=${currency}`]
    keeper.add(comparison, { target, features, orphan: false, isKept })
  }
  return { tally: keeper.tally(), exchanges: [...kept.values()] }
}

function compare(index: number, currency: string): ExchangeComparison {
  const endpoint = endpoints[index % endpoints.length]!
  const attributions: Attribution[] = []
  if (endpoint === 'GET /orders/{id}') {
    const values = { production: '11.90', baseline: '11.90', baseline2: '11.90', candidate: '11.9' }
    const path = '$.items[*].price'
    attributions.push(createChange({ path, at: '$.items[id=7].price', values }))
  }
  if (endpoint === 'GET /search' && currency === 'JPY') {
    attributions.push(createChange({ path: '$.total' }))
  }
  if (endpoint === 'POST /cart') {
    const values = { production: '0.1', baseline: '0.1', baseline2: '0.1', candidate: '0.10000001' }
    const weak = { label: 'unstable', weight: 'none', rule: 'float', holds: true } as const
    attributions.push(createChange({ path: '$.rate', at: '$.rate', ...weak, values }))
  }
  if (endpoint === 'GET /users/{id}') {
    const values = { production: 'Ann <b>', baseline: 'Bob', baseline2: 'Bob', candidate: 'Bob' }
    attributions.push(createDrift({ path: '$.name', at: '$.name', values }))
  }
  const slower = endpoint === 'POST /cart' ? 1.6 : 1
  const base = 20_000 + ((index * 7919) % 1_000) * 12
  const answers = createAnswers({
    production: { latency: base * 0.9 },
    baseline: { latency: base },
    baseline2: { latency: base * (1 + ((index % 5) - 2) / 100) },
    candidate: {
      latency: Math.round(base * slower * (1 + ((index % 7) - 3) / 100)),
      bodyBytes: endpoint === 'GET /users/{id}' ? 800 : 500,
    },
  })
  const at = runStart + index * 333_000
  const exchange = `e${index}` as ExchangeId
  const session = `s${index % 50}`
  return createComparison({ endpoint, attributions, answers, at, exchange, session })
}

function keep(comparison: ExchangeComparison, signature: string, target: string): StoredExchange {
  const items = (price: string, total: number) =>
    `{"items":[{"id":6,"price":3.50},{"id":7,"price":${price},"name":"<script>x</script>"}],` +
    `"total":${total},"note":"same"}`
  const [method] = comparison.endpoint.split(' ')
  const request = `${method} ${target}?currency=JPY HTTP/1.1\r\nHost: shop\r\nCookie: a=b\r\n\r\n`
  return createStoredExchange({
    signature,
    exchange: comparison.exchange,
    endpoint: comparison.endpoint,
    at: comparison.at,
    request: new TextEncoder().encode(request),
    comparison,
    answers: {
      production: createAnswer(items('11.90', 10)),
      baseline: createAnswer(items('11.90', 10)),
      candidate: createAnswer(items('11.9', 11), { latency: 32_000 }),
    },
  })
}
