// The seeded bugs of the next release: each changes the answers of one endpoint at one place; what
// follows from it elsewhere is said, too.

export interface Place {
  /** Method and path template. */
  readonly endpoint: string
  /** `status`, `latency`, `body`, `header:name`, a JSON path, or the path of an XML or HTML
   * element or attribute: the difference is there, or below it. */
  readonly where: string
}

export interface Bug extends Place {
  readonly kind: string
  readonly says: string
  /** Happens by chance in one answer of a hundred. */
  readonly isRare: boolean
  /** What an answer needs to be wrong, where not every one is. */
  readonly only: string | null
  /** Where else it shows. */
  readonly consequences: readonly Place[]
}

/** Kind | endpoint | place | what is wrong | only: what an answer needs for it. */
const table = {
  'price-rounding':
    'rounding | GET /products/{sku} | $.price | prices are rounded down to whole units (¥: tens)',
  'page-off-by-one':
    'paging | GET /products | $.items | pages after the first begin one product late',
  'null-for-missing':
    'null against missing | GET /products/{sku} | $.discountPercent | null where it was left out',
  'missing-for-null': 'null against missing | GET /me | $.phone | left out where it was null',
  'number-as-text': 'type | GET /products/{sku}/stock | $.reserved | a string instead of a number',
  'boolean-as-number': 'type | GET /products | $.items[*].inStock | 1 instead of true',
  'boolean-as-text': 'type | GET /users/{id} | $.newsletter | "true" instead of true',
  'single-unwrapped': 'type | GET /products/{sku} | $.tags | a list of one is that one',
  'sort-order': 'sorting | GET /products | $.items | prices are sorted as text',
  'facet-order': 'sorting | GET /search | $.facets | facets come in reverse',
  'time-zone': 'time | GET /orders/{id} | $.createdLocal | the local time is in UTC',
  'date-off-by-one': 'time | GET /orders/{id} | $.deliveryDate | one day late',
  'seconds-for-millis':
    'unit | GET /products/{sku}/reviews | $.items[*].at | seconds instead of milliseconds',
  'unit-label': 'unit | GET /products/{sku} | $.weight.unit | kilograms instead of grams',
  'dropped-header': 'header | GET /products | header:link | no Link to the next page',
  'vary-dropped': 'header | GET /products/{sku} | header:vary | no Vary',
  'cache-header': 'header | GET /feed.xml | header:cache-control | no longer to be cached',
  'content-type': 'header | GET /categories | header:content-type | JSON is called plain text',
  'cookie-http-only':
    'cookie | POST /login | header:set-cookie | the session cookie is not HttpOnly',
  'cookie-same-site':
    'cookie | POST /login | header:set-cookie | the session cookie is SameSite=None',
  'redirect-place':
    'redirect | POST /login | header:location | to the home page instead of the account',
  'redirect-host': 'redirect | GET /go/{sku} | header:location | to a development host',
  'wrong-status': 'status | POST /cart/items | status | 200 instead of 201',
  'empty-for-missing': 'status | GET /products | status | an empty list instead of 404',
  'etag-ignored': 'status | GET /products/{sku} | status | 200 instead of 304',
  'rare-500': 'rare status | GET /products/{sku} | status | 500 by chance',
  'fails-on-umlaut': 'one parameter | GET /search | status | 500 where the query is not ASCII',
  'forbidden-allowed': "access | GET /orders/{id} | status | others' orders: 200 instead of 403",
  'missing-check': 'access | GET /orders | status | strangers: 200 instead of 401',
  'logout-keeps-session': 'access | GET /me | status | after logout: 200 instead of 401',
  'wrong-user': "access | GET /users/{id} | $.id | another user's data",
  'secret-leak': 'access | GET /me | $.passwordHash | an extra field with a secret',
  'token-role': 'access | POST /token | $.token | the JWT makes everybody an admin',
  'token-expiry': 'wrong value | POST /token | $.expiresIn | ten times too long',
  'stale-read': 'state | GET /cart | $ | the first look after a change shows what was before it',
  'lost-update': 'state | GET /me | $.city | a change of city is confirmed and lost',
  idempotency: 'state | POST /orders | status | a repeated order fails instead of being found',
  'negative-stock':
    'wrong value | GET /products/{sku}/stock | $.available | below zero instead of zero',
  'tenant-only': 'one tenant | GET /products/{sku} | $.taxPercent | too low | only tenant=globex',
  'currency-only':
    'one currency | GET /cart | $.total.amount | fractions of a yen | only currency=JPY',
  'currency-label':
    'wrong value | GET /products | $.items[*].price.currency | EUR | only currency=USD or JPY',
  'discount-twice': 'wrong value | GET /cart | $.discount | the discount counts twice',
  'float-sum': 'number | GET /cart | $.weightKg | wrong in the seventh place',
  'float-format': 'number | GET /products/{sku} | $.rating | one place instead of two',
  'rate-precision': 'number | GET /rates | $.rates | two places instead of four',
  'number-precision':
    'number | GET /orders/{id} | $.ledgerId | a number beyond 2^53 went through a double',
  'wrong-enum': 'wrong value | GET /orders/{id} | $.state | PAYED instead of paid',
  'wrong-reason':
    'wrong value | GET /recommendations | $.items[*].reason | PROMOTED instead of bought_together',
  'duplicate-line': 'elements | GET /orders/{id} | $.lines | the first line comes twice',
  'missing-element':
    'elements | GET /products/{sku}/stock | $.warehouses | the first warehouse is missing',
  'wrong-total': 'total | GET /orders | $.total | counts the page instead of all',
  'search-total': 'total | GET /search | $.total | one too many',
  'cursor-wrong':
    'paging | GET /orders | $.next | the last order of a page comes again on the next',
  'swapped-fields': 'swapped | GET /me | $.firstName | first and last name are swapped',
  'case-change': 'text | GET /categories | $.items[*].slug | in capitals',
  'trailing-space': 'text | GET /users/{id} | $.displayName | a space behind',
  mojibake: 'text | GET /products/{sku}/reviews | $.items[*].text | UTF-8 encoded twice',
  'truncated-body': 'body | GET /products/{sku}/reviews | body | cut after 690 bytes',
  'error-shape':
    'error shape | GET /products/{sku} | $.error | a message instead of an error object',
  'rare-price': 'rare wrong value | GET /search | $.items[*].price | 0 by chance',
  'rare-empty': 'rare elements | GET /recommendations | $.items | none by chance',
  'slow-search': 'latency | GET /search | latency | 30 % slower',
  'xml-attribute':
    'XML | GET /orders/{id}/invoice.xml | /invoice/line/@currency | an attribute is missing',
  'invoice-tax': 'XML | GET /orders/{id}/invoice.xml | /invoice/tax | rounded down',
  'xml-element': 'XML | GET /feed.xml | /feed/entry/updated | an element is missing',
  'html-field': 'HTML | GET /account | /html/body/main/dl/dd | the e-mail address is missing',
  'html-title': 'HTML | GET / | /html/body/main/h1 | a template that was not filled in',
  'html-link': 'HTML | GET /p/{slug} | /html/body/main/a/@href | a link without the SKU',
  'html-escape': 'HTML | GET /p/{slug} | /html/body/main/h1 | escaped twice',
  'csv-decimal':
    'CSV | GET /products.csv | body | a comma for the decimal point | only currency=EUR or USD',
  'robots-open': 'text | GET /robots.txt | body | lets robots see orders',
} as const

export type BugName = keyof typeof table

/** Where else a bug shows, by its nature. */
const consequences: Partial<Record<BugName, readonly string[]>> = {
  'logout-keeps-session': ['GET /account status', 'GET /orders status'],
  'wrong-user': [
    'GET /users/{id} $.displayName',
    'GET /users/{id} $.email',
    'GET /users/{id} $.city',
  ],
  'lost-update': ['GET /account /html/body/main/dl/dd', 'GET /users/{id} $.city'],
  'cursor-wrong': ['GET /orders $.items'],
  'swapped-fields': ['GET /me $.lastName'],
  'error-shape': ['GET /products/{sku} $.message'],
}

export const bugs: ReadonlyMap<BugName, Bug> = new Map(
  Object.entries(table).map(
    ([name, row]) => [name as BugName, readRow(name as BugName, row)] as const,
  ),
)

function readRow(name: BugName, row: string): Bug {
  const [kind = '', endpoint = '', where = '', says = '', ...more] = row.split(' | ')
  const cell = (word: string) => more.find((text) => text.startsWith(word))?.slice(word.length)
  return {
    endpoint,
    where,
    kind,
    says,
    isRare: kind.startsWith('rare '),
    only: cell('only ') ?? null,
    consequences: (consequences[name] ?? []).map((text) => {
      const space = text.lastIndexOf(' ')
      return { endpoint: text.slice(0, space), where: text.slice(space + 1) }
    }),
  }
}
