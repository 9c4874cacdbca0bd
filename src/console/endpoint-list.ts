// A page of a run's endpoints: filtered, in an order, and no more than a screen or two.
import type { EndpointRow, EndpointsPage } from '../model/console.ts'
import type { FindingState } from '../model/verdict.ts'

export interface EndpointQuery {
  /** Words that all stand in the name, in any case. */
  readonly filter: string
  readonly sort: EndpointOrder
  readonly descending: boolean
  /** Only those with findings that are not accepted. */
  readonly troubled: boolean
  readonly offset: number
  readonly limit: number
}

export const endpointOrders = [
  'state',
  'endpoint',
  'exchanges',
  'differing',
  'latency',
  'errors',
  'p99',
] as const

export type EndpointOrder = (typeof endpointOrders)[number]

export const endpointsPageMax = 500

export function listEndpoints(rows: readonly EndpointRow[], query: EndpointQuery): EndpointsPage {
  const words = query.filter.toLowerCase().split(/\s+/).filter(Boolean)
  const found = rows.filter(({ endpoint, state }) => {
    if (query.troubled && state === null) return false
    const name = endpoint.toLowerCase()
    return words.every((word) => name.includes(word))
  })
  const key = keys[query.sort]
  const sign = query.descending ? -1 : 1
  const sorted = found
    .map((row) => ({ row, key: key(row) }))
    .sort((a, b) => compare(a.key, b.key, sign) || compareNames(a.row, b.row))
  const offset = Math.max(0, query.offset)
  const end = offset + Math.min(endpointsPageMax, Math.max(0, query.limit))
  return {
    total: rows.length,
    matching: found.length,
    offset,
    rows: sorted.slice(offset, end).map(({ row }) => row),
  }
}

type Key = number | string | null

const stateRanks: Readonly<Record<FindingState, number>> = {
  confirmed: 4,
  suspected: 3,
  advice: 2,
  accepted: 1,
}

const keys: Readonly<Record<EndpointOrder, (row: EndpointRow) => Key>> = {
  // Of one state, those that differ most often.
  state: (row) => (row.state === null ? 0 : stateRanks[row.state]) + differingShare(row) / 2,
  endpoint: ({ endpoint }) => endpoint,
  exchanges: ({ exchanges }) => exchanges,
  differing: differingShare,
  latency: ({ latency }) => latency?.ratio ?? null,
  errors: ({ errors }) => errors.candidate ?? null,
  p99: ({ p99 }) => p99.candidate ?? null,
}

/** The share of exchanges in which the candidate does otherwise. */
export function differingShare({ exchanges, labels }: EndpointRow): number {
  const changed =
    (labels.changed ?? 0) +
    (labels['changed-agrees-with-production'] ?? 0) +
    (labels['changed-under-drift'] ?? 0)
  return exchanges === 0 ? 0 : changed / exchanges
}

/** What is not known stands last, whichever way is sorted. */
function compare(a: Key, b: Key, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return a < b ? -sign : a > b ? sign : 0
}

function compareNames(a: EndpointRow, b: EndpointRow): number {
  return a.endpoint < b.endpoint ? -1 : 1
}
