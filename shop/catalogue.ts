// What there is to buy, in JSON: categories, lists, products, stock, reviews, rates.
import {
  answerEmpty,
  answerError,
  answerJson,
  answerNotFound,
  type Call,
  clock,
  convert,
  currencyOf,
  draw,
  drawHex,
  drawOrder,
  has,
  hasRarely,
  isNoisy,
  isoTime,
  money,
} from './call.ts'
import { bitsAt } from './chance.ts'
import { currencies, dataMillis, dayMillis, type Product, tenantHabits } from './data.ts'
import type { Answer } from './http.ts'

const pageSize = 8
const productsPath = '/products'

export function listCategories(call: Call): Answer {
  const items = call.state.data.categories.map(({ slug, name }) => ({
    slug: has(call, 'case-change') ? slug.toUpperCase() : slug,
    name,
    products: call.shop.data.products.filter((product) => product.category === slug).length,
  }))
  const answer = answerJson(200, { items }, [['Cache-Control', 'public, max-age=600']])
  if (!has(call, 'content-type')) return answer
  return { ...answer, headers: [['Content-Type', 'text/plain'], ...answer.headers.slice(1)] }
}

/** Query: category, page from 1, sort (name, price or newest), currency. */
export function listProducts(call: Call): Answer {
  const { query } = call.request
  const category = query.get('category')
  const known = category === undefined || call.shop.categories.has(category)
  if (!known && !has(call, 'empty-for-missing')) return answerNotFound(call, 'category')
  const found = call.shop.data.products.filter((product) => {
    return category === undefined || product.category === category
  })
  const sorted = sortProducts(call, found, query.get('sort') ?? 'newest')
  const page = Math.max(1, Number(query.get('page') ?? '1') || 1)
  const start = (page - 1) * pageSize + (page > 1 && has(call, 'page-off-by-one') ? 1 : 0)
  const pages = Math.max(1, Math.ceil(sorted.length / pageSize))
  const currency = has(call, 'currency-label') ? 'EUR' : currencyOf(call)
  const next = `<${productsPath}?page=${page + 1}>; rel="next"`
  const hasLink = page < pages && !has(call, 'dropped-header')
  return answerJson(
    200,
    {
      items: sorted.slice(start, start + pageSize).map((product) => ({
        sku: product.sku,
        name: product.name,
        category: product.category,
        price: {
          ...money(convert(call, product.cents, currencyOf(call)), currencyOf(call)),
          currency,
        },
        inStock: has(call, 'boolean-as-number') ? 1 : true,
      })),
      page,
      pages,
      total: sorted.length,
    },
    [['Cache-Control', 'public, max-age=60'], ...(hasLink ? [['Link', next] as const] : [])],
  )
}

function sortProducts(call: Call, products: readonly Product[], by: string): readonly Product[] {
  if (by === 'name') return products.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  if (by === 'price' && has(call, 'sort-order')) {
    return products.toSorted((one, other) => (String(one.cents) < String(other.cents) ? -1 : 1))
  }
  if (by === 'price') return products.toSorted((one, other) => one.cents - other.cents)
  return products.toSorted((one, other) => one.ageDays - other.ageDays)
}

export function showProduct(call: Call): Answer {
  const sku = call.params[0]!
  const product = call.shop.products.get(sku)
  if (product !== undefined) call.shop.viewed.set(sku, (call.shop.viewed.get(sku) ?? 0) + 1)
  if (hasRarely(call, 'rare-500')) {
    return answerError(call, 500, 'internal', 'something went wrong')
  }
  if (product === undefined) {
    if (has(call, 'error-shape')) return answerJson(404, { message: 'no such product' })
    return answerNotFound(call, 'product')
  }
  const etag = etagOf(call, product)
  const headers = [
    ['ETag', etag],
    ['Cache-Control', 'public, max-age=120, stale-while-revalidate=30'],
    ...(has(call, 'vary-dropped') ? [] : [['Vary', 'Accept-Encoding, X-Tenant'] as const]),
    ['Last-Modified', new Date(dataMillis - product.ageDays * dayMillis).toUTCString()],
  ] as const
  const isKnown = call.request.headers.get('if-none-match') === etag
  if (isKnown && !has(call, 'etag-ignored')) return answerEmpty(304, headers)
  return answerJson(200, viewProduct(call, product), headers)
}

function etagOf(call: Call, product: Product): string {
  const { instanceSeed } = call.state.options
  const salt = isNoisy(call, 'etag-salts') ? instanceSeed : 0
  return `"${bitsAt(salt, product.sku + product.cents + currencyOf(call), 0).toString(16)}"`
}

function viewProduct(call: Call, product: Product): object {
  const currency = currencyOf(call)
  const price = convert(call, product.cents, currency)
  const floor = currency === 'JPY' ? Math.floor(price / 10) * 10 : Math.floor(price)
  const views = call.shop.viewed.get(product.sku) ?? 0
  const others = isNoisy(call, 'view-counters') ? Math.floor(draw(call, 'view-counters') * 500) : 0
  const { taxPercent } = tenantHabits[call.tenant]
  const tags = drawOrder(call, 'tag-order', product.tags)
  const noDiscount = has(call, 'null-for-missing') ? { discountPercent: null } : {}
  const { discountPercent, badge } = { ...product, badge: product.rating > 400 ? 'top' : 'plain' }
  return {
    sku: product.sku,
    slug: product.slug,
    name: product.name,
    description: product.description,
    category: product.category,
    price: money(has(call, 'price-rounding') ? floor : price, currency),
    ...(discountPercent === null ? noDiscount : { discountPercent }),
    taxPercent: has(call, 'tenant-only') && call.tenant === 'globex' ? 8 : taxPercent,
    rating: has(call, 'float-format') ? Math.trunc(product.rating / 10) / 10 : product.rating / 100,
    weight: { value: product.weightGrams, unit: has(call, 'unit-label') ? 'kg' : 'g' },
    tags: has(call, 'single-unwrapped') && tags.length === 1 ? tags[0] : tags,
    ...(call.state.data.badges ? { badge } : {}),
    views: product.views + views + others,
    availableFrom: new Date(dataMillis - product.ageDays * dayMillis).toISOString().slice(0, 10),
    generatedAt: isoTime(clock(call)),
  }
}

export function showStock(call: Call): Answer {
  const product = call.shop.products.get(call.params[0]!)
  if (product === undefined) return answerNotFound(call, 'product')
  const sold = call.shop.sold.get(product.sku) ?? 0
  const quantity = product.stock.reduce((sum, place) => sum + place.quantity, 0)
  const free = quantity - product.reserved - sold
  const available = has(call, 'negative-stock') ? free : Math.max(0, free)
  const warehouses = drawOrder(call, 'warehouse-order', product.stock)
  return answerJson(200, {
    sku: product.sku,
    available,
    reserved: has(call, 'number-as-text') ? String(product.reserved) : product.reserved,
    state: available > 10 ? 'in_stock' : free > 0 ? 'low' : 'sold_out',
    warehouses: has(call, 'missing-element') ? warehouses.slice(1) : warehouses,
  })
}

/** Query: cursor, the id of the last one seen. */
export function listReviews(call: Call): Answer {
  const reviews = call.shop.data.reviews.get(call.params[0]!)
  if (reviews === undefined || !call.shop.products.has(call.params[0]!)) {
    return answerNotFound(call, 'product')
  }
  const scale = has(call, 'seconds-for-millis') ? 1000 : 1
  const items = reviews.map((review) => ({
    id: review.id,
    userId: review.user.id,
    author: review.user.firstName,
    orderId: String(review.orderId),
    stars: review.stars,
    text: has(call, 'mojibake') ? spoil(review.text) : review.text,
    at: Math.floor(review.atMillis / scale),
  }))
  const stars = items.reduce((sum, item) => sum + item.stars, 0)
  const answer = answerJson(200, {
    items,
    average: items.length === 0 ? null : Math.round((stars * 100) / items.length) / 100,
    generatedAt: isoTime(clock(call)),
  })
  if (!has(call, 'truncated-body') || answer.body.length < 700) return answer
  return { ...answer, body: answer.body.subarray(0, 690) }
}

/** UTF-8 read as Latin-1 and encoded once more. */
function spoil(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

export function showRates(call: Call): Answer {
  const { rates } = call.state.data
  const places = has(call, 'rate-precision') ? 2 : 4
  return answerJson(
    200,
    {
      base: 'EUR',
      rates: Object.fromEntries(
        currencies.map((currency) => [currency, Number(rates[currency].toFixed(places))]),
      ),
      asOf: isoTime(clock(call)),
      batch: drawHex(call, 'trace-ids', 12),
    },
    [['Cache-Control', 'public, max-age=30']],
  )
}
