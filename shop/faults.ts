// A second set of mistakes, held out: written when the judge was done, by one who knew it. They
// sit around a release instead of in it; they showed one error of pairing lists, and tuned nothing
// else.
import type { Place } from './bugs.ts'
import { tenants } from './data.ts'
import { alterHeader, alterJson, alterText, type Json, listAt } from './fault-edits.ts'
import { type Answer, formatAnswer, parseRequest, type ShopRequest } from './http.ts'
import type { Served, Shop } from './shop.ts'

export interface Fault extends Place {
  readonly kind: string
  readonly says: string
  /** Where else it shows. */
  readonly consequences: readonly Place[]
}

export type FaultName = keyof typeof table

/** Kind | endpoint | place | what is wrong. */
const table = {
  'total-rounded': 'rounding | GET /cart | $.total.amount | to one decimal place',
  'page-short': 'paging | GET /orders | $.items | a full page lacks its last order',
  'other-tenants': 'access | GET /categories | $.items[*].products | counts all tenants',
  'stale-stock': 'state | GET /products/{sku}/stock | $ | as it was at the first look',
  'seen-in-utc': 'time | GET /account | /html/body/main/dl/dd | says UTC for the local time',
  'orders-reversed': 'sorting | GET /orders | $.items | the oldest of a page comes first',
  'price-locale': 'locale | GET /p/{slug} | /html/body/main/p | a comma for the decimal point',
  'name-cut': 'text | GET /search | $.items[*].name | cut after 16 bytes, whatever stands there',
  'state-renamed': 'enum | POST /orders/{id}/cancel | $.state | canceled instead of cancelled',
  'next-absent': 'null against missing | GET /orders | $.next | left out where it was null',
  'found-nothing': 'status | GET /orders/{id} | status | 200 and null instead of 404',
  'line-twice': 'elements | GET /cart | $.items | the last line comes twice',
  'name-of-file': 'header | GET /orders/{id}/invoice.xml | header:content-disposition | lost',
  'cookie-path': 'cookie | POST /login | header:set-cookie | no Path',
  'slow-category': 'latency | GET /products | latency | 20 ms more for a category',
  'zone-name': 'wrong value | GET /me | $.zone | CET for Europe/Berlin',
  'stars-from-zero': 'number | GET /products/{sku}/reviews | $.items[*].stars | 0 to 4',
  'id-as-text': 'type | PATCH /me | $.id | a string instead of a number',
  'charset-lost': 'header | GET /products.csv | header:content-type | without the charset',
  'reserved-counts': 'wrong value | GET /products/{sku}/stock | $.available | with the reserved',
  'quantity-capped': 'state | POST /cart/items | $.quantity | two where three were asked for',
} as const

/** Endpoints at which it shows as well, by its nature. */
const elsewhere: Partial<Record<FaultName, readonly string[]>> = {
  // Visitors look at the third of a page.
  'orders-reversed': ['GET /orders/{id}', 'GET /orders/{id}/invoice.xml'],
  'quantity-capped': [
    'GET /cart',
    'POST /orders',
    'GET /orders',
    'GET /orders/{id}',
    'GET /orders/{id}/invoice.xml',
    'GET /products/{sku}/stock',
  ],
}

interface Context {
  readonly request: ShopRequest
  readonly nowMicros: number
  /** Answers of a shop with the same data, for what a request shall not change. */
  readonly spare: Shop
  /** The fault's own, from one request to the next. */
  readonly cache: Map<string, Answer>
}

interface Layer {
  readonly before?: (request: ShopRequest) => ShopRequest
  readonly after?: (served: Served, context: Context) => Served
}

const layers: Readonly<Record<FaultName, Layer>> = {
  'total-rounded': onJson('GET /cart', (cart) => {
    const total = cart.total as Json | undefined
    if (total !== undefined) total.amount = Math.round(Number(total.amount) * 10) / 10
  }),
  'page-short': onJson('GET /orders', (orders) => {
    const items = listAt(orders, 'items')
    if (items.length === 5) items.pop()
  }),
  'other-tenants': { after: countAllTenants },
  'stale-stock': { after: keepStock },
  'seen-in-utc': onText('GET /account', (html) =>
    html.replace(/(T\d\d:\d\d:\d\d)[+-]\d\d:\d\d</, '$1+00:00<'),
  ),
  'orders-reversed': onJson('GET /orders', (orders) => void listAt(orders, 'items').reverse()),
  'price-locale': onText('GET /p/{slug}', (html) =>
    html.replace(/(<p class="price">[^<.]*)\./, '$1,'),
  ),
  'name-cut': onJson('GET /search', (found) => {
    for (const item of listAt(found, 'items')) {
      item.name = Buffer.from(String(item.name)).subarray(0, 16).toString('utf8')
    }
  }),
  'state-renamed': onJson('POST /orders/{id}/cancel', (order) => {
    if (order.state === 'cancelled') order.state = 'canceled'
  }),
  'next-absent': onJson('GET /orders', (orders) => {
    if (orders.next === null) delete orders.next
  }),
  'found-nothing': on('GET /orders/{id}', (answer) =>
    answer.status === 404 ? { ...answer, status: 200, body: Buffer.from('null') } : answer,
  ),
  'line-twice': onJson('GET /cart', (cart) => {
    const items = listAt(cart, 'items')
    items.push(...items.slice(-1))
  }),
  'name-of-file': onHeader('GET /orders/{id}/invoice.xml', 'Content-Disposition', () => null),
  'cookie-path': onHeader('POST /login', 'Set-Cookie', (text) => text.replace('; Path=/', '')),
  'slow-category': {
    after: (served, { request }) =>
      served.endpoint === 'GET /products' && request.query.has('category')
        ? { ...served, latencyMicros: served.latencyMicros + 20_000 }
        : served,
  },
  'zone-name': onJson('GET /me', (me) => {
    if (me.zone === 'Europe/Berlin') me.zone = 'CET'
  }),
  'stars-from-zero': onJson('GET /products/{sku}/reviews', (reviews) => {
    for (const item of listAt(reviews, 'items')) item.stars = Number(item.stars) - 1
  }),
  'id-as-text': onJson('PATCH /me', (me) => {
    if (me.id !== undefined) me.id = String(me.id)
  }),
  'charset-lost': onHeader('GET /products.csv', 'Content-Type', () => 'text/csv'),
  'reserved-counts': onJson('GET /products/{sku}/stock', (stock) => {
    if (stock.available === undefined) return
    stock.available = Number(stock.available) + Number(stock.reserved)
  }),
  'quantity-capped': {
    before: (request) => {
      if (`${request.method} ${request.path}` !== 'POST /cart/items') return request
      const body = request.body.replace(/"quantity":\d+/, (text) =>
        text === '"quantity":3' ? '"quantity":2' : text,
      )
      return { ...request, body }
    },
  },
}

export const faults: ReadonlyMap<FaultName, Fault> = new Map(
  Object.entries(table).map(([name, row]) => {
    const [kind = '', endpoint = '', where = '', says = ''] = row.split(' | ')
    const others = elsewhere[name as FaultName] ?? []
    const consequences = others.map((other) => ({ endpoint: other, where: '$' }))
    return [name as FaultName, { kind, endpoint, where, says, consequences }] as const
  }),
)

/** The shop behind a layer with that fault; `spare` is another one like it. */
export function breakShop(shop: Shop, spare: Shop, name: FaultName): Shop {
  const { before, after } = layers[name]
  const cache: Context['cache'] = new Map()
  const serve = (request: ShopRequest, nowMicros: number): Served => {
    const served = shop.serve(before?.(request) ?? request, nowMicros)
    return after?.(served, { request, nowMicros, spare, cache }) ?? served
  }
  return {
    serve,
    serveBytes: (bytes, nowMicros) => {
      const served = serve(parseRequest(bytes), nowMicros)
      return { ...served, bytes: formatAnswer(served.answer) }
    },
  }
}

function on(endpoint: string, alter: (answer: Answer) => Answer): Layer {
  return {
    after: (served) =>
      served.endpoint === endpoint ? { ...served, answer: alter(served.answer) } : served,
  }
}

function onJson(endpoint: string, alter: (value: Json) => void): Layer {
  return on(endpoint, (answer) => alterJson(answer, alter))
}

function onText(endpoint: string, alter: (text: string) => string): Layer {
  return on(endpoint, (answer) => alterText(answer, alter))
}

function onHeader(endpoint: string, name: string, alter: (value: string) => string | null): Layer {
  return on(endpoint, (answer) => alterHeader(answer, name, alter))
}

function countAllTenants(served: Served, { request, nowMicros, spare }: Context): Served {
  if (served.endpoint !== 'GET /categories') return served
  const counts = new Map<unknown, number>()
  for (const tenant of tenants) {
    const headers = new Map([...request.headers, ['x-tenant', tenant] as const])
    alterJson(spare.serve({ ...request, headers }, nowMicros).answer, (other) => {
      for (const { slug, products } of listAt(other, 'items')) {
        counts.set(slug, (counts.get(slug) ?? 0) + Number(products))
      }
    })
  }
  const answer = alterJson(served.answer, (own) => {
    for (const item of listAt(own, 'items')) item.products = counts.get(item.slug)
  })
  return { ...served, answer }
}

function keepStock(served: Served, { request, cache }: Context): Served {
  if (served.endpoint !== 'GET /products/{sku}/stock') return served
  const known = cache.get(request.path)
  if (known !== undefined) return { ...served, answer: { ...served.answer, body: known.body } }
  cache.set(request.path, served.answer)
  return served
}
