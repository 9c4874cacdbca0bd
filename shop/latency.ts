// How long an answer takes: a model, so that nobody needs to wait to see a slow release.
import type { BugName } from './bugs.ts'
import { normalAt } from './chance.ts'

const usualMillis: Readonly<Record<string, number>> = {
  'GET /search': 18,
  'GET /recommendations': 14,
  'POST /orders': 32,
  'GET /orders': 11,
  'GET /orders/{id}': 8,
  'GET /orders/{id}/invoice.xml': 21,
  'POST /login': 45,
  'POST /token': 40,
  'GET /products': 9,
  'GET /products.csv': 26,
}
const usualMillisElse = 5
const slowFactor = 1.3

export interface LatencyOf {
  readonly endpoint: string
  /** Method and target: what is asked decides a part, alike at every instance. */
  readonly asked: string
  readonly sequence: number
  readonly instanceSeed: number
  readonly nowMillis: number
  readonly bugs: ReadonlySet<BugName>
}

/** Microseconds: log-normal by request and by chance, on a host that has its busy times. */
export function modelLatency(of: LatencyOf): number {
  const { instanceSeed, sequence } = of
  const byRequest = normalAt(1, of.asked, 0) * 0.25
  const byChance = normalAt(instanceSeed, 'latency', sequence) * 0.15
  // Two waves of 47 s and 5 min whose phase is the host's own.
  const seconds = of.nowMillis / 1000 + (instanceSeed % 997)
  const busy = 0.06 * Math.sin(seconds / 7.5) + 0.05 * Math.sin(seconds / 48)
  const usual = usualMillis[of.endpoint] ?? usualMillisElse
  const slow = of.endpoint === 'GET /search' && of.bugs.has('slow-search') ? slowFactor : 1
  return Math.round(usual * 1000 * slow * Math.exp(byRequest + byChance + busy))
}
