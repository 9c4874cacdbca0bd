// Orders: made from the cart, listed, shown, cancelled, and as an invoice in XML.
import {
  answerError,
  answerJson,
  answerNotFound,
  answerText,
  answerUnauthorized,
  type Call,
  clock,
  convert,
  drawHex,
  has,
  isNoisy,
  isoTime,
  localTime,
  money,
  remember,
} from './call.ts'
import { emptyCart, findCart } from './cart.ts'
import { dayMillis, makeLedgerId, makeLine, type Order, tenantHabits } from './data.ts'
import type { Answer } from './http.ts'
import { escapeMarkup } from './page.ts'

/** Past these the oldest new orders are forgotten. */
const ordersMax = 50_000
const ordersPerUserMax = 40
const pageSize = 5

/** Makes an order of the cart; the same Idempotency-Key gets the same order once more. */
export function createOrder(call: Call): Answer {
  const { user, shop, request } = call
  const cart = findCart(call)
  if (user === null || cart === null) return answerUnauthorized(call)
  const key = request.headers.get('idempotency-key')
  const earlier = key === undefined ? undefined : shop.ordersByKey.get(`${user.id} ${key}`)
  if (earlier !== undefined && !has(call, 'idempotency')) {
    return answerJsonExact(200, viewOrder(call, earlier))
  }
  if (cart.items.size === 0) return answerError(call, 409, 'cart_empty', 'the cart is empty')
  const lines = [...cart.items].flatMap(([sku, quantity]) => {
    const product = shop.products.get(sku)
    return product === undefined ? [] : [makeLine(product, quantity)]
  })
  for (const { sku, quantity } of lines) shop.sold.set(sku, (shop.sold.get(sku) ?? 0) + quantity)
  emptyCart(cart)
  call.state.orders += 1
  const number = call.state.data.firstNewOrder + call.state.orders
  const id = isNoisy(call, 'order-ids') ? `o${drawHex(call, 'order-ids', 15)}` : String(number)
  const atMillis = clock(call)
  const ledgerId = makeLedgerId(number)
  const order: Order = {
    id,
    ledgerId,
    user,
    lines,
    currency: user.currency,
    atMillis,
    state: 'pending',
  }
  remember(shop.orders, id, order, ordersMax)
  if (key !== undefined) remember(shop.ordersByKey, `${user.id} ${key}`, order, ordersMax)
  const orders = shop.ordersByUser.get(user.id) ?? []
  shop.ordersByUser.set(user.id, [order, ...orders].slice(0, ordersPerUserMax))
  const location = `/orders/${id}`
  return answerJsonExact(201, viewOrder(call, order), [['Location', location]])
}

/** The newest first, five at a time; `cursor` is the id of the last one seen. */
export function listOrders(call: Call): Answer {
  const { user, shop } = call
  if (user === null && !has(call, 'missing-check')) return answerUnauthorized(call)
  const orders = (user === null ? undefined : shop.ordersByUser.get(user.id)) ?? []
  const cursor = call.request.query.get('cursor')
  const start = cursor === undefined ? 0 : orders.findIndex((order) => order.id === cursor) + 1
  const page = orders.slice(start, start + pageSize)
  const last = has(call, 'cursor-wrong') ? page.at(-2) : page.at(-1)
  return answerJson(200, {
    items: page.map((order) => ({
      id: order.id,
      state: order.state,
      createdAt: isoTime(order.atMillis),
      total: totalOf(call, order),
      lines: order.lines.length,
    })),
    total: has(call, 'wrong-total') ? page.length : orders.length,
    next: start + pageSize < orders.length && last !== undefined ? last.id : null,
  })
}

export function showOrder(call: Call): Answer {
  const order = findOrder(call, 'forbidden-allowed')
  return 'status' in order ? order : answerJsonExact(200, viewOrder(call, order))
}

export function cancelOrder(call: Call): Answer {
  const order = findOrder(call, null)
  if ('status' in order) return order
  if (order.state !== 'pending' && order.state !== 'paid') {
    return answerError(call, 409, 'too_late', `an order that is ${order.state} stays`)
  }
  order.state = 'cancelled'
  return answerJson(200, { id: order.id, state: order.state, cancelledAt: isoTime(clock(call)) })
}

export function showInvoice(call: Call): Answer {
  const order = findOrder(call, null)
  if ('status' in order) return order
  const { currency } = order
  const { taxPercent } = tenantHabits[call.tenant]
  const lines = order.lines.map((line) => {
    const amount = money(convert(call, line.cents * line.quantity, currency), currency).amount
    const attribute = has(call, 'xml-attribute') ? '' : ` currency="${currency}"`
    const name = escapeMarkup(line.name)
    return `  <line sku="${line.sku}" quantity="${line.quantity}"${attribute}>
    <name>${name}</name><amount>${amount}</amount></line>`
  })
  const total = totalOf(call, order)
  const tax = Math.round(total.amount * taxPercent) / 100
  const issued = new Date(order.atMillis).toISOString().slice(0, 10)
  return answerText(
    200,
    'application/xml; charset=utf-8',
    `<?xml version="1.0" encoding="UTF-8"?>
<invoice xmlns="urn:shop:invoice" number="${order.id}" issued="${issued}">
  <customer id="${order.user.id}">${escapeMarkup(order.user.email)}</customer>
${lines.join('\n')}
  <tax percent="${taxPercent}">${has(call, 'invoice-tax') ? Math.floor(tax) : tax}</tax>
  <total currency="${currency}">${total.amount}</total>
</invoice>
`,
    [['Content-Disposition', `inline; filename="invoice-${order.id}.xml"`]],
  )
}

/** The order asked for, or why not. */
function findOrder(call: Call, leak: 'forbidden-allowed' | null): Order | Answer {
  const { user, shop, params } = call
  if (user === null) return answerUnauthorized(call)
  const order = shop.orders.get(params[0]!)
  if (order === undefined) return answerNotFound(call, 'order')
  if (order.user === user || (leak !== null && has(call, leak))) return order
  return answerError(call, 403, 'forbidden', "this is somebody else's order")
}

function totalOf(call: Call, order: Order) {
  const cents = order.lines.reduce((sum, line) => sum + line.cents * line.quantity, 0)
  return money(convert(call, cents, order.currency), order.currency)
}

const precise = 'number '

function viewOrder(call: Call, order: Order) {
  const { offsetMinutes, zone } = tenantHabits[call.tenant]
  const isShown = call.params.length > 0
  const lines = order.lines.map((line, index) => ({
    position: index + 1,
    sku: line.sku,
    name: line.name,
    quantity: line.quantity,
    price: money(convert(call, line.cents, order.currency), order.currency),
  }))
  const shownOffset = isShown && has(call, 'time-zone') ? 0 : offsetMinutes
  const days = isShown && has(call, 'date-off-by-one') ? 4 : 3
  const isRounded = isShown && has(call, 'number-precision')
  return {
    id: order.id,
    ledgerId: precise + (isRounded ? BigInt(Number(order.ledgerId)) : order.ledgerId),
    state: isShown && order.state === 'paid' && has(call, 'wrong-enum') ? 'PAYED' : order.state,
    createdAt: isoTime(order.atMillis),
    createdLocal: localTime(order.atMillis, shownOffset),
    zone,
    deliveryDate: isoTime(order.atMillis + days * dayMillis).slice(0, 10),
    lines: isShown && has(call, 'duplicate-line') ? [lines[0], ...lines] : lines,
    total: totalOf(call, order),
    links: { self: `/orders/${order.id}`, invoice: `/orders/${order.id}/invoice.xml` },
  }
}

/** JSON whose strings that begin with the word for it become numbers, digit by digit. */
function answerJsonExact(
  status: number,
  value: unknown,
  headers: readonly (readonly [string, string])[] = [],
): Answer {
  const text = JSON.stringify(value).replace(/"number (\d+)"/g, '$1')
  return answerText(status, 'application/json; charset=utf-8', text, headers)
}
