// One visitor of the shop, from coming to leaving: given production's answers, the next request.
import { createRandom } from '../src/base/seeded-random.ts'
import { bitsAt } from './chance.ts'
import { currencies, type ShopData, type Tenant, tenants, type User } from './data.ts'
import type { Answer } from './http.ts'
import {
  fromCookie,
  fromHeader,
  fromHiddenInput,
  fromJson,
  type Lesson,
  readJson,
  type Step,
  valueAt,
} from './step.ts'

/** The next request, given the answer to the one before. */
export type Visit = Generator<Step, void, Answer>

export interface VisitOptions {
  /** Of all traffic. */
  readonly seed: number
  /** Which visitor of this traffic, from 0. */
  readonly number: number
  /** Whose users come: production's data. */
  readonly data: ShopData
}

/** How many requests a visitor makes, about: for who wants a rate. */
export const stepsPerVisit = 34

const thinkMicrosMean = 2_000_000

/** How long a visitor stays, about, in microseconds. */
export const visitMicros: number = stepsPerVisit * thinkMicrosMean

const searches = ['lamp', 'table', 'rugs', 'café', 'grün', 'o', 'brass', 'kitchen', 'nothing so']
const sorts = ['name', 'price', 'newest']
const letters = [...'abcdefghijklmnopqrstuvwxyz']
const newCities = ['Utrecht', 'Kyōto', 'Austin', 'Gdańsk']

/** The same options and answers give the same requests. */
export function* startVisit(options: VisitOptions): Visit {
  const visitor = createVisitor(options)
  const wanted = yield* browse(visitor)
  if (visitor.happens(0.15)) yield* sneak(visitor)
  yield* logIn(visitor)
  yield* lookAtSelf(visitor)
  const rounds = visitor.happens(0.3) ? 2 : 1
  for (let round = 0; round < rounds; round++) yield* buy(visitor, wanted)
  yield* lookAtOrders(visitor)
  if (visitor.happens(0.7)) yield* leave(visitor)
}

interface Visitor {
  readonly tenant: Tenant
  readonly user: User
  readonly suffix: string
  readonly isProgram: boolean
  /** Of no other visitor. */
  readonly name: string
  happens(probability: number): boolean
  pick<T>(items: readonly T[]): T
  step(method: string, target: string, more?: More): Step
  isLoggedIn: boolean
}

interface More {
  readonly headers?: Step['headers']
  readonly json?: object
  readonly form?: string
  readonly learns?: readonly Lesson[]
  readonly isOnNewConnection?: boolean
}

function createVisitor({ seed, number, data }: VisitOptions): Visitor {
  const random = createRandom(bitsAt(seed, 'visit', number))
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]!
  const tenant = tenants[number % tenants.length]!
  const { users } = data.tenants[tenant]
  const user = users[Math.floor(number / tenants.length) % users.length]!
  const isProgram = random() < 0.2
  const base: Step['headers'] = [
    ...(tenant === tenants[0]
      ? [['Host', `${tenant}.shop.example`] as const]
      : ([
          ['Host', 'shop.example'],
          ['X-Tenant', tenant],
        ] as const)),
    ['User-Agent', isProgram ? 'orders-bot/2.4' : 'Mozilla/5.0 (X11; Linux x86_64)'],
    ['Accept', '*/*'],
  ]
  const visitor: Visitor = {
    tenant,
    user,
    suffix: random() < 0.3 ? `currency=${pick(currencies)}` : '',
    isProgram,
    name: `v${seed}-${number}`,
    happens: (probability) => random() < probability,
    pick,
    isLoggedIn: false,
    step: (method, target, more = {}) => {
      const headers = [...base, ...(visitor.isLoggedIn ? [identity(isProgram)] : [])]
      if (more.json !== undefined) headers.push(['Content-Type', 'application/json'])
      if (more.form !== undefined) headers.push(formType)
      return {
        method,
        target,
        headers: more.headers === undefined ? headers : [...headers, ...more.headers],
        body: more.form ?? (more.json === undefined ? '' : JSON.stringify(more.json)),
        thinkMicros: Math.round(-Math.log(1 - random()) * thinkMicrosMean),
        isOnNewConnection: more.isOnNewConnection ?? false,
        learns: more.learns ?? [],
      }
    },
  }
  return visitor
}

const formType = ['Content-Type', 'application/x-www-form-urlencoded'] as const

function identity(isProgram: boolean): readonly [string, string] {
  return isProgram ? ['Authorization', 'Bearer {{token}}'] : ['Cookie', 'session={{session}}']
}

/** Two products, by SKU. */
type Wanted = readonly [first: string, second: string]

/** Looks around, and answers with what there is to buy. */
function* browse(visitor: Visitor): Generator<Step, Wanted, Answer> {
  const { step, happens, pick, suffix } = visitor
  if (happens(0.6)) yield step('GET', '/')
  if (happens(0.2)) yield step('GET', '/robots.txt')
  if (happens(0.5)) yield step('GET', '/categories')
  const sort = `sort=${pick(sorts)}`
  const category = happens(0.3) ? `&category=${pick(['lamps', 'rugs', 'garden'])}` : ''
  const first = yield step('GET', addQuery(`/products?${sort}${category}`, suffix))
  let skus = skusOf(first)
  if (happens(0.5)) {
    const page = yield step('GET', addQuery(`/products?page=${pick([2, 3, 4])}&${sort}`, suffix))
    skus = [...skus, ...skusOf(page)]
  }
  if (happens(0.15)) yield step('GET', '/products?category=nowhere')
  const query = encodeURIComponent(pick(searches))
  const found = yield step('GET', addQuery(`/search?q=${query}`, suffix))
  skus = [...skus, ...skusOf(found)]
  if (happens(0.6)) {
    const sorted = `/search?q=${encodeURIComponent(pick(searches))}&sort=price&page=${pick([1, 2])}`
    yield step('GET', addQuery(sorted, suffix))
  }
  let sku = pick(skus)
  for (let count = pick([1, 2, 3]); count > 0; count--) {
    sku = pick(skus)
    yield* lookAtProduct(visitor, sku)
  }
  if (happens(0.15)) yield step('GET', '/products/XX-0')
  if (happens(0.3)) yield step('GET', '/feed.xml')
  if (happens(0.3)) yield step('GET', addQuery('/products.csv', suffix))
  if (happens(0.3)) yield step('GET', '/rates')
  const suggested = yield step('GET', `/recommendations?for=${sku}`)
  return [sku, skusOf(suggested)[0] ?? sku]
}

function* lookAtProduct(visitor: Visitor, sku: string): Generator<Step, void, Answer> {
  const { step, happens, suffix } = visitor
  const target = addQuery(`/products/${sku}`, suffix)
  const product = yield step('GET', target, { learns: [fromHeader('etag', 'etag')] })
  if (happens(0.3)) yield step('GET', target, { headers: [['If-None-Match', '{{etag}}']] })
  if (happens(0.5)) yield step('GET', `/products/${sku}/stock`)
  if (happens(0.5)) {
    const learns = [
      fromJson('foreignUser', 'items', 0, 'userId'),
      fromJson('foreignOrder', 'items', 0, 'orderId'),
    ]
    yield step('GET', `/products/${sku}/reviews`, { learns })
  }
  const slug = valueAt(readJson(product), ['slug'])
  if (typeof slug !== 'string') return
  if (happens(0.3)) yield step('GET', `/recommendations?for=${sku}`)
  if (happens(0.2)) yield step('GET', `/go/${sku}`)
  if (happens(0.4)) yield step('GET', addQuery(`/p/${slug}`, suffix))
}

/** What only users may, tried without being one. */
function* sneak({ step, pick }: Visitor): Generator<Step, void, Answer> {
  yield step('GET', pick(['/me', '/cart', '/account']))
  yield step('GET', '/orders')
}

function* logIn(visitor: Visitor): Generator<Step, void, Answer> {
  const { step, happens, user, isProgram } = visitor
  const { email, password } = user
  if (isProgram) {
    yield step('POST', '/token', {
      json: { email, password },
      learns: [fromJson('token', 'token')],
    })
    visitor.isLoggedIn = true
    return
  }
  const form = (word: string) => `email=${encodeURIComponent(email)}&password=${word}&csrf={{csrf}}`
  const learns = [fromHiddenInput('csrf')]
  yield step('GET', '/login', { learns, isOnNewConnection: happens(0.2) })
  if (happens(0.1)) yield step('POST', '/login', { form: form('mistyped'), learns })
  yield step('POST', '/login', { form: form(password), learns: [fromCookie('session')] })
  visitor.isLoggedIn = true
  yield step('GET', '/account')
}

function* lookAtSelf({ step, happens, pick }: Visitor): Generator<Step, void, Answer> {
  yield step('GET', '/me', { learns: [fromJson('me', 'id')] })
  if (happens(0.3)) {
    yield step('PATCH', '/me', { json: { city: pick(newCities) } })
    yield step('GET', '/me')
  }
  if (happens(0.5)) yield step('GET', '/users/{{me}}')
  if (happens(0.2)) yield step('GET', '/users/{{foreignUser}}')
}

function* buy(visitor: Visitor, [sku, other]: Wanted): Generator<Step, void, Answer> {
  const { step, happens, pick, suffix } = visitor
  const cart = addQuery('/cart', suffix)
  yield step('POST', '/cart/items', { json: { sku, quantity: pick([1, 2, 3]) } })
  yield step('GET', cart)
  if (happens(0.5)) yield step('POST', '/cart/items', { json: { sku: other, quantity: 1 } })
  if (happens(0.4)) yield step('PUT', `/cart/items/${sku}`, { json: { quantity: pick([1, 4, 5]) } })
  if (happens(0.2) && other !== sku) yield step('DELETE', `/cart/items/${other}`)
  yield step('GET', cart)
  const headers = [['Idempotency-Key', `${visitor.name}-${pick(letters)}${pick(letters)}`]] as const
  yield step('POST', '/orders', { headers, json: {}, learns: [fromJson('order', 'id')] })
  if (happens(0.3)) yield step('POST', '/orders', { headers, json: {} })
  yield step('GET', '/orders/{{order}}')
  if (happens(0.5)) yield step('GET', '/orders/{{order}}/invoice.xml')
  if (happens(0.2)) yield step('POST', '/orders/{{order}}/cancel')
  if (happens(0.3)) yield step('GET', `/products/${sku}/stock`)
}

function* lookAtOrders({ step, happens }: Visitor): Generator<Step, void, Answer> {
  const learns = [fromJson('cursor', 'next'), fromJson('old', 'items', 2, 'id')]
  const orders = yield step('GET', '/orders', { learns })
  if (valueAt(readJson(orders), ['next']) !== null) yield step('GET', '/orders?cursor={{cursor}}')
  if (valueAt(readJson(orders), ['items', 2]) !== null) yield step('GET', '/orders/{{old}}')
  if (happens(0.4)) yield step('GET', '/orders/{{old}}/invoice.xml')
  if (happens(0.4)) yield step('GET', '/orders/{{foreignOrder}}')
  if (happens(0.1)) yield step('GET', '/orders/o000')
  if (happens(0.05)) yield step('GET', '/nowhere')
}

/** Logs out, and looks whether that worked. */
function* leave({ step, pick, isProgram }: Visitor): Generator<Step, void, Answer> {
  if (isProgram) return
  yield step('GET', '/account', { learns: [fromHiddenInput('csrf')] })
  yield step('POST', '/logout', { form: 'csrf={{csrf}}' })
  yield step('GET', pick(['/me', '/me', '/orders', '/account']))
}

function addQuery(target: string, suffix: string): string {
  if (suffix === '') return target
  return target + (target.includes('?') ? '&' : '?') + suffix
}

function skusOf(answer: Answer): readonly string[] {
  const items = valueAt(readJson(answer), ['items'])
  if (!Array.isArray(items)) return []
  return items.flatMap((item) => {
    const sku = valueAt(item, ['sku'])
    return typeof sku === 'string' ? [sku] : []
  })
}
