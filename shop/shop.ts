// A web shop that stands for somebody else's service: requests in, answers out, time given.
import * as auth from './auth.ts'
import type { ShopOptions, ShopState, TenantState } from './call.ts'
import { answerError, type Call, clock, draw, drawHex, isNoisy } from './call.ts'
import * as cart from './cart.ts'
import * as catalogue from './catalogue.ts'
import { makeData, type Order, type ShopData, type Tenant, tenants } from './data.ts'
import * as discovery from './discovery.ts'
import { type Answer, formatAnswer, parseRequest, type ShopRequest } from './http.ts'
import { modelLatency } from './latency.ts'
import * as orders from './orders.ts'

export interface Served {
  readonly answer: Answer
  /** Method and path template, `GET /orders/{id}`; `unknown` where there is no such endpoint. */
  readonly endpoint: string
  /** Microseconds that the answer takes by the model; nobody has waited for them. */
  readonly latencyMicros: number
}

export interface Shop {
  /** Answers one request at `nowMicros` since the epoch. */
  serve(request: ShopRequest, nowMicros: number): Served
  /** As `serve`, from and to bytes as on the wire; fails where the bytes are no whole request. */
  serveBytes(request: Uint8Array, nowMicros: number): Served & { readonly bytes: Uint8Array }
}

type Handler = (call: Call) => Answer

const routes: Readonly<Record<string, Handler>> = {
  'GET /': discovery.showHome,
  'GET /login': auth.showLogin,
  'POST /login': auth.login,
  'POST /logout': auth.logout,
  'POST /token': auth.createToken,
  'GET /account': auth.showAccount,
  'GET /me': auth.showMe,
  'PATCH /me': auth.changeMe,
  'GET /users/{id}': auth.showUser,
  'GET /categories': catalogue.listCategories,
  'GET /products': catalogue.listProducts,
  'GET /products/{sku}': catalogue.showProduct,
  'GET /products/{sku}/stock': catalogue.showStock,
  'GET /products/{sku}/reviews': catalogue.listReviews,
  'GET /rates': catalogue.showRates,
  'GET /search': discovery.search,
  'GET /recommendations': discovery.recommend,
  'GET /p/{slug}': discovery.showProductPage,
  'GET /go/{sku}': discovery.redirectToPage,
  'GET /feed.xml': discovery.showFeed,
  'GET /products.csv': discovery.exportProducts,
  'GET /robots.txt': discovery.showRobots,
  'GET /health': discovery.showHealth,
  'GET /cart': cart.showCart,
  'POST /cart/items': cart.addItem,
  'PUT /cart/items/{sku}': cart.changeItem,
  'DELETE /cart/items/{sku}': cart.removeItem,
  'GET /orders': orders.listOrders,
  'POST /orders': orders.createOrder,
  'GET /orders/{id}': orders.showOrder,
  'POST /orders/{id}/cancel': orders.cancelOrder,
  'GET /orders/{id}/invoice.xml': orders.showInvoice,
}

/** Every endpoint as method and path template. */
export const endpoints: readonly string[] = Object.keys(routes)

/** A shop with state of its own; the same options and requests give the same answers. */
export function createShop(options: ShopOptions): Shop {
  const data = makeData(options.dataSeed, options.drift)
  const state: ShopState = {
    options,
    data,
    tenants: Object.fromEntries(
      tenants.map((tenant) => [tenant, openTenant(data, tenant)]),
    ) as Record<Tenant, TenantState>,
    sessions: new Map(),
    csrfTokens: new Map(),
    requests: 0,
    orders: 0,
  }
  const serve = (request: ShopRequest, nowMicros: number) => serveOne(state, request, nowMicros)
  return {
    serve,
    serveBytes: (bytes, nowMicros) => {
      const served = serve(parseRequest(bytes), nowMicros)
      return { ...served, bytes: formatAnswer(served.answer) }
    },
  }
}

function openTenant(data: ShopData, tenant: Tenant): TenantState {
  const own = data.tenants[tenant]
  const ordersByUser = new Map<number, Order[]>()
  for (const order of own.orders) {
    const all = ordersByUser.get(order.user.id) ?? []
    ordersByUser.set(order.user.id, [...all, order])
  }
  return {
    data: own,
    products: new Map(own.products.map((product) => [product.sku, product])),
    usersByEmail: new Map(own.users.map((user) => [user.email, user])),
    usersById: new Map(own.users.map((user) => [user.id, user])),
    categories: new Map(data.categories.map((category) => [category.slug, category])),
    changes: new Map(),
    orders: new Map(own.orders.map((order) => [order.id, order])),
    ordersByUser,
    ordersByKey: new Map(),
    carts: new Map(),
    viewed: new Map(),
    sold: new Map(),
  }
}

function serveOne(state: ShopState, request: ShopRequest, nowMicros: number): Served {
  const sequence = state.requests
  state.requests += 1
  const tenant = tenantOf(request)
  const { endpoint, params } = route(request)
  const nowMillis = Math.floor(nowMicros / 1000)
  const stranger = {
    state,
    shop: state.tenants[tenant],
    tenant,
    request,
    nowMillis,
    sequence,
    params,
  }
  const call: Call = { ...stranger, user: auth.findUser(stranger) }
  const handler = routes[endpoint]
  const answer =
    handler === undefined ? answerError(call, 404, 'no_route', 'no such page') : handler(call)
  const { instanceSeed, bugs } = state.options
  const asked = `${request.method} ${request.path}`
  const latency = { endpoint, asked, sequence, instanceSeed, nowMillis, bugs }
  return {
    answer: { ...answer, headers: [...commonHeaders(call), ...answer.headers] },
    endpoint,
    latencyMicros: modelLatency(latency),
  }
}

/** By header X-Tenant, else by subdomain, else the first. */
function tenantOf(request: ShopRequest): Tenant {
  const named = request.headers.get('x-tenant') ?? request.headers.get('host')?.split('.')[0]
  return tenants.find((tenant) => tenant === named) ?? tenants[0]
}

const noParams: readonly string[] = []

function route(request: ShopRequest): { endpoint: string; params: readonly string[] } {
  const { method, path } = request
  const whole = `${method} ${path}`
  if (routes[whole] !== undefined) return { endpoint: whole, params: noParams }
  const [, first, second, third, ...more] = path.split('/')
  if (first === undefined || second === undefined || more.length > 0) return unknown
  const isCart = first === 'cart' && second === 'items'
  const param = isCart ? third : second
  const name = first === 'orders' || first === 'users' ? '{id}' : first === 'p' ? '{slug}' : '{sku}'
  const template = isCart ? `/cart/items/${name}` : `/${first}/${name}${third ? `/${third}` : ''}`
  const endpoint = `${method} ${template}`
  if (param === undefined || routes[endpoint] === undefined) return unknown
  return { endpoint, params: [param] }
}

const unknown = { endpoint: 'unknown', params: noParams }

const servers = ['web-1', 'web-2', 'web-3', 'web-4']

function commonHeaders(call: Call): readonly (readonly [string, string])[] {
  const traceId = drawHex(call, 'trace-ids', 32, 1)
  const elapsed = isNoisy(call, 'elapsed-times') ? draw(call, 'elapsed-times', 63) * 9 : 1
  const server = isNoisy(call, 'instance-names') ? draw(call, 'instance-names') * servers.length : 0
  return [
    ['Date', new Date(clock(call)).toUTCString()],
    ['Server', 'shop'],
    ['X-Request-Id', drawHex(call, 'request-ids', 24)],
    ['X-Served-By', servers[Math.floor(server)]!],
    ['Traceparent', `00-${traceId}-${traceId.slice(0, 16)}-01`],
    ['Server-Timing', `app;dur=${elapsed.toFixed(1)}`],
  ]
}
