// Runs of comparisons in a folder for tests, with everything a test does not care about filled in.
import type { ByRole, ExchangeComparison } from '../../src/model/comparison.ts'
import type { ExchangeId } from '../../src/model/message.ts'
import type {
  RunInfo,
  SeriesPoint,
  StoredAnswer,
  StoredExchange,
} from '../../src/model/run-store.ts'
import { createComparison } from './comparisons.ts'

export const runStart = 1_796_000_000_000_000

export function createRunInfo(parts: Partial<RunInfo> = {}): RunInfo {
  return {
    startedAt: runStart,
    endedAt: null,
    program: '0.1.0',
    inputs: ['raw :80'],
    targets: { baseline: 'http://127.0.0.1:5001', candidate: 'http://127.0.0.1:5000' },
    ...parts,
  }
}

export function createAnswer(body: string, parts: Partial<StoredAnswer> = {}): StoredAnswer {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`
  return {
    bytes: new TextEncoder().encode(`${head}\r\n\r\n${body}`),
    failure: null,
    latency: 20_000,
    ...parts,
  }
}

/** One example of `GET /orders/{id}`, whose candidate has another total. */
export function createStoredExchange(
  parts: Partial<Omit<StoredExchange, 'comparison' | 'answers'>> & {
    readonly comparison?: Partial<ExchangeComparison>
    readonly answers?: ByRole<StoredAnswer>
  } = {},
): StoredExchange {
  const exchange = parts.exchange ?? ('5f3a9c010000000000000000' as ExchangeId)
  const at = parts.at ?? runStart
  const endpoint = parts.endpoint ?? 'GET /orders/{id}'
  const comparison = createComparison({ exchange, at, endpoint, ...parts.comparison })
  const request = 'GET /orders/7?currency=JPY HTTP/1.1\r\nHost: shop\r\nCookie: redacted-1\r\n\r\n'
  return {
    signature: 'GET /orders/{id} changed; value $.total',
    slot: 0,
    label: comparison.label,
    weight: comparison.weight,
    request: new TextEncoder().encode(request),
    ...parts,
    exchange,
    at,
    endpoint,
    answers: parts.answers ?? {
      production: createAnswer('{"id":7,"total":10}'),
      baseline: createAnswer('{"id":7,"total":10}'),
      candidate: createAnswer('{"id":7,"total":11}'),
    },
    comparison,
  }
}

export function createPoint(parts: Partial<SeriesPoint> = {}): SeriesPoint {
  return {
    at: runStart,
    seconds: 1,
    role: 'candidate',
    requests: 100,
    errors: 1,
    p50: 10_000,
    p95: 20_000,
    p99: 30_000,
    ...parts,
  }
}
