// What a page asks for, checked: nothing of it is trusted.
import { z } from 'zod'
import type { Label } from '../model/comparison.ts'
import type { RulesChange } from '../model/console.ts'
import type { ExchangeQuery } from '../model/run-store.ts'
import { type EndpointQuery, endpointOrders } from './endpoint-list.ts'

const text = z.string().max(2_000)
const optional = text.min(1).optional()

const changeSchema: z.ZodType<RulesChange> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('add'),
    rule: z.strictObject({
      action: z.enum(['accept', 'ignore', 'noise']),
      endpoint: text.min(1),
      path: text.min(1),
      kind: optional,
      from: optional,
      to: optional,
      reason: text.min(1),
      owner: optional,
      until: z.iso.date().optional(),
    }),
  }),
  z.strictObject({ kind: z.literal('remove'), index: z.int().min(0), name: z.string() }),
  z.strictObject({ kind: z.literal('undo') }),
])

/** Null where the text is no change. */
export function readRulesChange(body: string): RulesChange | null {
  try {
    const result = changeSchema.safeParse(JSON.parse(body))
    return result.success ? result.data : null
  } catch {
    return null
  }
}

const askSchema = z.strictObject({ confirmed: z.boolean() })

/** Whether the body says that a request which may change data is to be put again all the same. */
export function isConfirmed(body: string): boolean {
  try {
    return askSchema.safeParse(JSON.parse(body)).data?.confirmed === true
  } catch {
    return false
  }
}

/** What is missing or cannot be read has its usual value. */
export function readEndpointQuery(query: URLSearchParams): EndpointQuery {
  const sort = endpointOrders.find((order) => order === query.get('sort')) ?? 'state'
  return {
    filter: (query.get('filter') ?? '').slice(0, 200),
    sort,
    descending: query.get('descending') === 'true',
    troubled: query.get('troubled') === 'true',
    offset: readCount(query.get('offset'), 0),
    limit: readCount(query.get('limit'), 100),
  }
}

export function readExchangeQuery(query: URLSearchParams): ExchangeQuery {
  const [endpoint, label] = [query.get('endpoint'), query.get('label')]
  return {
    ...(endpoint === null ? {} : { endpoint }),
    ...(label === null ? {} : { label: label as Label }),
    offset: readCount(query.get('offset'), 0),
    limit: Math.min(500, readCount(query.get('limit'), 100)),
  }
}

function readCount(given: string | null, usual: number): number {
  const count = Number(given ?? usual)
  return Number.isSafeInteger(count) && count >= 0 ? count : usual
}
