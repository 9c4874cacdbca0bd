// How visitors find things: search, recommendations, and pages, feeds and exports.
import {
  answerEmpty,
  answerError,
  answerJson,
  answerNotFound,
  answerText,
  type Call,
  clock,
  convert,
  currencyOf,
  draw,
  drawHex,
  has,
  hasRarely,
  isNoisy,
  isoTime,
  money,
} from './call.ts'
import { bitsAt, fractionAt } from './chance.ts'
import { dataMillis, dayMillis, type Product } from './data.ts'
import type { Answer } from './http.ts'
import { answerPage, escapeMarkup } from './page.ts'

const searchPageSize = 6
const recommended = 4

/** Query: q, page from 1, sort (score or price), currency. */
export function search(call: Call): Answer {
  const { query } = call.request
  const words = (query.get('q') ?? '').toLowerCase()
  if (words === '') return answerError(call, 400, 'no_query', 'say what to search for')
  if (has(call, 'fails-on-umlaut') && /[^ -~]/.test(words)) {
    return answerError(call, 500, 'internal', 'something went wrong')
  }
  const hits = findHits(call, words)
  const byPrice = query.get('sort') === 'price'
  hits.sort(byPrice ? (a, b) => a.product.cents - b.product.cents : (a, b) => b.score - a.score)
  const page = Math.max(1, Number(query.get('page') ?? '1') || 1)
  const start = (page - 1) * searchPageSize
  const currency = currencyOf(call)
  const jitter = (at: number) =>
    isNoisy(call, 'score-jitter') ? draw(call, 'score-jitter', at) : 0
  const isFree = hasRarely(call, 'rare-price')
  return answerJson(200, {
    query: query.get('q'),
    total: has(call, 'search-total') ? hits.length + 1 : hits.length,
    page,
    items: hits.slice(start, start + searchPageSize).map(({ product, score }, at) => ({
      sku: product.sku,
      name: product.name,
      price: money(isFree ? 0 : convert(call, product.cents, currency), currency),
      score: Math.round((score + jitter(at) / 1000) * 1e6) / 1e6,
    })),
    facets: facetsOf(call, hits),
    tookMs: isNoisy(call, 'elapsed-times') ? Math.floor(draw(call, 'elapsed-times') * 40) : 7,
  })
}

interface Hit {
  readonly product: Product
  readonly score: number
}

function findHits(call: Call, words: string): Hit[] {
  const hits: Hit[] = []
  for (const product of call.shop.data.products) {
    const at = product.name.toLowerCase().indexOf(words)
    if (at < 0 && product.category !== words) continue
    // Sorted before the jitter, so that only the figure is noisy and not the order.
    const score = 1 + 50 / (10 + Math.max(0, at)) + product.ageDays / 100
    hits.push({ product, score })
  }
  return hits
}

function facetsOf(call: Call, hits: readonly Hit[]): object {
  const { categories } = call.state.data
  const facets = categories.map(({ slug, name }) => ({
    slug,
    name,
    count: hits.filter(({ product }) => product.category === slug).length,
  }))
  const shown = facets.filter(({ count }) => count > 0)
  return has(call, 'facet-order') ? shown.toReversed() : shown
}

/** Query: for, a SKU. What others bought too: by chance where that noise is on, else by model. */
export function recommend(call: Call): Answer {
  const { products } = call.shop.data
  const { recommendationModel: model } = call.state.data
  const seed = bitsAt(0, `${model} ${call.request.query.get('for') ?? ''}`, 0)
  const chosen = Array.from({ length: recommended }, (_, at) => {
    const noisy = isNoisy(call, 'recommendation-picks')
    const fraction = noisy ? draw(call, 'recommendation-picks', at) : fractionAt(seed, 'pick', at)
    return products[Math.floor(fraction * products.length)]!
  })
  const items = chosen.map((product, at) => ({
    sku: product.sku,
    name: product.name,
    confidence: Math.round(fractionAt(seed, 'confidence', at) * 1e4) / 1e4,
    reason: has(call, 'wrong-reason') ? 'PROMOTED' : 'bought_together',
  }))
  return answerJson(200, { model, items: hasRarely(call, 'rare-empty') ? [] : items })
}

export function showHome(call: Call): Answer {
  const { categories } = call.state.data
  const links = categories.map(({ slug, name }) => {
    return `<li><a href="/products?category=${slug}">${escapeMarkup(name)}</a></li>`
  })
  const online = isNoisy(call, 'visitors-online')
    ? Math.floor(draw(call, 'visitors-online') * 90)
    : 12
  const heading = has(call, 'html-title') ? 'Welcome to {tenant}' : `Welcome to ${call.tenant}`
  return answerPage(
    call,
    200,
    'Shop',
    `<main><h1>${heading}</h1><ul class="categories">
${links.join('\n')}
</ul><p class="online">${online} visitors online</p></main>`,
  )
}

export function showProductPage(call: Call): Answer {
  const product = call.shop.data.products.find(({ slug }) => slug === call.params[0])
  if (product === undefined) return answerPage(call, 404, 'Not found', '<p>No such page.</p>')
  const currency = currencyOf(call)
  const price = money(convert(call, product.cents, currency), currency).formatted
  const link = has(call, 'html-link') ? '/products/' : `/products/${product.sku}`
  const escaped = escapeMarkup(product.name)
  const name = has(call, 'html-escape') ? escapeMarkup(escaped) : escaped
  return answerPage(
    call,
    200,
    product.name,
    `<main><h1>${name}</h1><p class="price">${price}</p>
<p class="description">${escapeMarkup(product.description)}</p>
<a class="json" href="${link}">data</a></main>`,
  )
}

export function redirectToPage(call: Call): Answer {
  const product = call.shop.products.get(call.params[0]!)
  if (product === undefined) return answerNotFound(call, 'product')
  const place = has(call, 'redirect-host') ? 'http://localhost:3000' : ''
  return answerEmpty(302, [['Location', `${place}/p/${product.slug}`]])
}

export function showFeed(call: Call): Answer {
  const newest = call.shop.data.products.toSorted((a, b) => a.ageDays - b.ageDays).slice(0, 5)
  const entries = newest.map((product) => {
    const day = isoTime(dataMillis - product.ageDays * dayMillis)
    const updated = has(call, 'xml-element') ? '' : `<updated>${day}</updated>`
    const title = `<title>${escapeMarkup(product.name)}</title>`
    const link = `<link href="/p/${product.slug}"/>`
    return `<entry><id>urn:sku:${product.sku}</id>${title}${updated}${link}</entry>`
  })
  const caching = has(call, 'cache-header') ? 'no-store' : 'public, max-age=300'
  return answerText(
    200,
    'application/atom+xml; charset=utf-8',
    `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>New at ${call.tenant}</title>
<updated>${isoTime(clock(call))}</updated>
${entries.join('\n')}
</feed>
`,
    [['Cache-Control', caching]],
  )
}

export function exportProducts(call: Call): Answer {
  const currency = currencyOf(call)
  const decimal = has(call, 'csv-decimal') ? ',' : '.'
  const rows = call.shop.data.products.slice(0, 12).map((product) => {
    const price = String(convert(call, product.cents, currency)).replace('.', decimal)
    return [product.sku, `"${product.name}"`, price, currency].join(';')
  })
  const text = ['sku;name;price;currency', ...rows, ''].join('\r\n')
  return answerText(200, 'text/csv; charset=utf-8', text)
}

export function showRobots(call: Call): Answer {
  const rule = has(call, 'robots-open') ? 'Disallow:' : 'Disallow: /orders'
  return answerText(200, 'text/plain; charset=utf-8', `User-agent: *\n${rule}\n`)
}

export function showHealth(call: Call): Answer {
  const { release } = call.state.options
  return answerJson(200, { release, instance: drawHex(call, 'instance-names', 6) })
}
