// The cart of a user who is logged in.

import { readObject } from './auth.ts'
import {
  answerEmpty,
  answerError,
  answerJson,
  answerNotFound,
  answerUnauthorized,
  type Call,
  type Cart,
  convert,
  currencyOf,
  has,
  type Money,
  money,
} from './call.ts'
import type { Currency, Product } from './data.ts'
import type { Answer } from './http.ts'

const freeShippingCents = 15_000
const shippingCents = 490
const quantityMax = 99
const linesMax = 50

export function showCart(call: Call): Answer {
  const cart = findCart(call)
  if (cart === null) return answerUnauthorized(call)
  const items = has(call, 'stale-read') && cart.changed ? cart.before : cart.items
  cart.changed = false
  const currency = currencyOf(call)
  const view = viewCart(call, items, currency)
  if (has(call, 'currency-only') && currency === 'JPY') {
    const exact = (view.totalCents * call.state.data.rates.JPY) / 100
    const total = { ...view.cart.total, amount: Math.round(exact * 100) / 100 + 0.25 }
    return answerJson(200, { ...view.cart, total })
  }
  return answerJson(200, view.cart)
}

/** JSON body {sku, quantity}; answers 201 and how the line stands then. */
export function addItem(call: Call): Answer {
  const cart = findCart(call)
  if (cart === null) return answerUnauthorized(call)
  const body = readObject(call.request.body)
  const product = call.shop.products.get(String(body?.sku))
  if (product === undefined) return answerNotFound(call, 'product')
  const quantity = (cart.items.get(product.sku) ?? 0) + readQuantity(body?.quantity)
  if (cart.items.size >= linesMax) return answerError(call, 409, 'cart_full', 'the cart is full')
  change(cart, product.sku, quantity)
  return answerJson(has(call, 'wrong-status') ? 200 : 201, viewItem(call, product, quantity))
}

/** JSON body {quantity}; answers how the line stands then. */
export function changeItem(call: Call): Answer {
  const cart = findCart(call)
  if (cart === null) return answerUnauthorized(call)
  const product = call.shop.products.get(call.params[0]!)
  if (product === undefined || !cart.items.has(product.sku)) return answerNotFound(call, 'item')
  const quantity = readQuantity(readObject(call.request.body)?.quantity)
  change(cart, product.sku, quantity)
  return answerJson(200, viewItem(call, product, quantity))
}

export function removeItem(call: Call): Answer {
  const cart = findCart(call)
  if (cart === null) return answerUnauthorized(call)
  if (!cart.items.has(call.params[0]!)) return answerNotFound(call, 'item')
  change(cart, call.params[0]!, 0)
  return answerEmpty(204)
}

/** The cart of who asks, empty at first; null for a stranger. */
export function findCart(call: Call): Cart | null {
  if (call.user === null) return null
  const { carts } = call.shop
  const cart = carts.get(call.user.id) ?? { items: new Map(), before: new Map(), changed: false }
  carts.set(call.user.id, cart)
  return cart
}

export function emptyCart(cart: Cart): void {
  cart.items.clear()
  cart.changed = false
}

function change(cart: Cart, sku: string, quantity: number): void {
  cart.before = new Map(cart.items)
  cart.changed = true
  if (quantity <= 0) cart.items.delete(sku)
  else cart.items.set(sku, quantity)
}

function readQuantity(value: unknown): number {
  const number = typeof value === 'number' ? Math.trunc(value) : 1
  return Math.max(0, Math.min(quantityMax, number))
}

function viewItem(call: Call, product: Product, quantity: number) {
  const currency = currencyOf(call)
  return {
    sku: product.sku,
    name: product.name,
    quantity,
    price: money(convert(call, product.cents, currency), currency),
    lineTotal: money(convert(call, product.cents * quantity, currency), currency),
  }
}

function viewCart(call: Call, items: ReadonlyMap<string, number>, currency: Currency) {
  let cents = 0
  let discountCents = 0
  let grams = 0
  const views: ReturnType<typeof viewItem>[] = []
  for (const [sku, quantity] of items) {
    const product = call.shop.products.get(sku)
    if (product === undefined) continue
    cents += product.cents * quantity
    discountCents += Math.round((product.cents * quantity * (product.discountPercent ?? 0)) / 100)
    grams += product.weightGrams * quantity
    views.push(viewItem(call, product, quantity))
  }
  const shipping = cents === 0 || cents >= freeShippingCents ? 0 : shippingCents
  const totalCents = cents - discountCents + shipping
  const inCurrency = (amount: number): Money => money(convert(call, amount, currency), currency)
  const cart = {
    items: views,
    count: views.length,
    weightKg: has(call, 'float-sum') ? grams / 1000 + 1e-7 : grams / 1000,
    subtotal: inCurrency(cents),
    discount: inCurrency(has(call, 'discount-twice') ? discountCents * 2 : discountCents),
    shipping: inCurrency(shipping),
    total: inCurrency(totalCents),
    ...(call.state.data.giftWrap ? { giftWrap: inCurrency(350) } : {}),
  }
  return { cart, totalCents }
}
