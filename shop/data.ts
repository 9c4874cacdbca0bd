// What a shop has before its first visitor: made from a seed, and out of step where drift says so.
import { bitsAt, fractionAt, pickAt } from './chance.ts'
import type { DriftKind } from './drift.ts'

export const tenants = ['acme', 'globex', 'initech'] as const
export type Tenant = (typeof tenants)[number]

export const currencies = ['EUR', 'USD', 'JPY'] as const
export type Currency = (typeof currencies)[number]

export const orderStates = ['pending', 'paid', 'shipped', 'delivered', 'cancelled'] as const
export type OrderState = (typeof orderStates)[number]

/** What is usual at a tenant. Offsets are in minutes east of Greenwich, without summer time. */
export const tenantHabits: Readonly<
  Record<Tenant, { currency: Currency; offsetMinutes: number; zone: string; taxPercent: number }>
> = {
  acme: { currency: 'EUR', offsetMinutes: 60, zone: 'Europe/Berlin', taxPercent: 19 },
  globex: { currency: 'USD', offsetMinutes: -300, zone: 'America/New_York', taxPercent: 8.875 },
  initech: { currency: 'JPY', offsetMinutes: 540, zone: 'Asia/Tokyo', taxPercent: 10 },
}

export interface User {
  readonly id: number
  readonly tenant: Tenant
  readonly email: string
  readonly password: string
  readonly firstName: string
  readonly lastName: string
  readonly phone: string | null
  readonly city: string
  readonly currency: Currency
}

export interface Category {
  readonly slug: string
  readonly name: string
}

export interface Product {
  readonly sku: string
  readonly slug: string
  readonly name: string
  readonly description: string
  readonly category: string
  readonly cents: number
  readonly discountPercent: number | null
  readonly weightGrams: number
  /** In hundredths. */
  readonly rating: number
  readonly tags: readonly string[]
  readonly stock: readonly { readonly warehouse: string; readonly quantity: number }[]
  /** Kept back for other channels; may be more than there is. */
  readonly reserved: number
  readonly ageDays: number
  readonly views: number
}

export interface Review {
  readonly id: string
  readonly user: User
  readonly orderId: number
  readonly stars: number
  readonly text: string
  readonly atMillis: number
}

export interface OrderLine {
  readonly sku: string
  readonly name: string
  readonly quantity: number
  readonly cents: number
}

export interface Order {
  readonly id: string
  /** A number beyond 2^53, as decimal digits. */
  readonly ledgerId: string
  readonly user: User
  readonly lines: readonly OrderLine[]
  readonly currency: Currency
  readonly atMillis: number
  state: OrderState
}

export interface TenantData {
  readonly users: readonly User[]
  readonly products: readonly Product[]
  readonly reviews: ReadonlyMap<string, readonly Review[]>
  readonly orders: readonly Order[]
}

export interface ShopData {
  readonly tenants: Readonly<Record<Tenant, TenantData>>
  readonly categories: readonly Category[]
  readonly rates: Readonly<Record<Currency, number>>
  readonly giftWrap: boolean
  readonly badges: boolean
  readonly recommendationModel: string
  readonly clockOffsetMillis: number
  readonly firstNewOrder: number
}

/** When the data was made: 2025-03-10T09:00:00Z. */
export const dataMillis = 1_741_597_200_000
export const dayMillis = 86_400_000

export const productsPerTenant = 48
const extraProducts = 4
export const usersPerTenant = 200

const categoryNames: readonly (readonly [slug: string, name: string, renamed: string])[] = [
  ['lamps', 'Lamps', 'Lamps'],
  ['chairs', 'Chairs', 'Seating'],
  ['tables', 'Tables', 'Tables'],
  ['rugs', 'Rugs & Carpets', 'Floor'],
  ['kitchen', 'Kitchen', 'Kitchen'],
  ['garden', 'Garden', 'Garden'],
]
const adjectives = ['Oak', 'Brass', 'Tall', 'Little', 'Café', 'Nordic', 'Blue', 'Folding', 'Grün']
const nouns: Readonly<Record<string, readonly string[]>> = {
  lamps: ['Lantern', 'Reading Lamp', 'Lamp & Shade'],
  chairs: ['Stool & Cushion', 'Armchair', 'Bench'],
  tables: ['Desk', 'Side Table', 'Dining Table'],
  rugs: ['Runner', 'Rug', 'Mat'],
  kitchen: ['Kettle', 'Crème Brûlée Set', 'Salt & Pepper Mill'],
  garden: ['Pots & Soil', 'Hammock', 'Bird House'],
}
const tagNames = ['new', 'eco', 'handmade', 'sale', 'gift', 'limited', 'bestseller', 'vegan']
const warehouses = ['ber-1', 'rot-2', 'nyc-1', 'osa-3']
const firstNames = ['Ada', 'Jürgen', 'Mei', 'Oluwaseun', 'Zoë', 'Kenji', 'Inês', 'Paul', 'Siân']
const lastNames = ['Müller', 'Sato', 'Okafor', 'García', 'Smith', 'Łukasik', 'Ng', 'Brontë']
const cities = ['Berlin', 'New York', 'Osaka', 'Lyon', 'Łódź', 'São Paulo']
const reviewTexts = [
  'Very good – better than I hoped.',
  'Für den Preis völlig in Ordnung.',
  '思ったより小さいけれど、きれいです。',
  'Arrived late, but “as described”.',
  'Très joli, je l’achèterais à nouveau.',
]
const oldDescription = 'Description to follow.'

/** The same seed gives the same data; every kind of drift changes its part and no other. */
export function makeData(seed: number, drift: ReadonlySet<DriftKind>): ShopData {
  const renamed = drift.has('renamed-categories')
  const otherRates = drift.has('other-rates')
  const data = Object.fromEntries(
    tenants.map((tenant) => [tenant, makeTenant(seed, tenant, drift)]),
  )
  return {
    tenants: data as Record<Tenant, TenantData>,
    categories: categoryNames.map(([slug, name, other]) => ({
      slug,
      name: renamed ? other : name,
    })),
    rates: { EUR: 1, USD: otherRates ? 1.0712 : 1.0834, JPY: otherRates ? 159.87 : 161.42 },
    giftWrap: !drift.has('other-flags'),
    badges: drift.has('other-flags'),
    recommendationModel: drift.has('other-recommendations') ? '2025-02' : '2025-03',
    clockOffsetMillis: drift.has('clock-offset') ? -37 * 3_600_000 : 0,
    firstNewOrder: drift.has('other-ids') ? 740_000 : 310_000,
  }
}

function makeTenant(seed: number, tenant: Tenant, drift: ReadonlySet<DriftKind>): TenantData {
  const make: Maker = { seed, tenant, drift }
  // Orders and reviews are made of all users and products, so that no drift moves another's.
  const users = range(usersPerTenant).map((index) => makeUser(make, index))
  const products = range(productsPerTenant + extraProducts).map((at) => makeProduct(make, at))
  const known = products.slice(0, productsPerTenant)
  const orders = users.flatMap((user, index) => makeOrders(make, user, index, known))
  const reviews = new Map(known.map((product, at) => [product.sku, makeReviews(make, at, users)]))
  return {
    users: users.filter((_, at) => !hits(make, 'missing-users', at, 0.1)),
    products: products.filter((_, at) => isInCatalogue(at, drift)),
    orders: orders.filter((_, at) => !hits(make, 'deleted-orders', at, 1 / 6)),
    reviews,
  }
}

interface Maker {
  readonly seed: number
  readonly tenant: Tenant
  readonly drift: ReadonlySet<DriftKind>
}

function hits(make: Maker, kind: DriftKind, at: number, share: number): boolean {
  return make.drift.has(kind) && fractionAt(make.seed, `${make.tenant} ${kind}`, at) < share
}

function isInCatalogue(at: number, drift: ReadonlySet<DriftKind>): boolean {
  if (at >= productsPerTenant) return drift.has('extra-products')
  return !(drift.has('older-catalogue') && at >= productsPerTenant - 4)
}

function makeUser(make: Maker, index: number): User {
  const { seed, tenant, drift } = make
  const tenantAt = tenants.indexOf(tenant)
  const stream = `${tenant} user`
  const other = hits(make, 'other-profiles', index, 0.25)
  const firstName = pickAt(seed, `${stream} first`, index, firstNames)
  const hasPhone = fractionAt(seed, `${stream} has phone`, index) < 0.6
  const digits = String(bitsAt(seed, `${stream} phone`, index + (other ? 1000 : 0)) % 1e7)
  return {
    id: (drift.has('other-ids') ? 52_000 : 21_000) + tenantAt * 10_000 + index * 7,
    tenant,
    email: `user${index}@${tenant}.example`,
    password: `pass-${bitsAt(seed, `${stream} password`, index).toString(36)}`,
    firstName,
    lastName: pickAt(seed, `${stream} last`, index, lastNames),
    phone: hasPhone ? `+49 30 ${digits.padStart(7, '0')}` : null,
    city: pickAt(seed, `${stream} city`, index + (other ? 1000 : 0), cities),
    currency:
      fractionAt(seed, `${stream} abroad`, index) < 0.15
        ? pickAt(seed, `${stream} currency`, index, currencies)
        : tenantHabits[tenant].currency,
  }
}

function makeProduct(make: Maker, at: number): Product {
  const { seed, tenant } = make
  const stream = `${tenant} product`
  const category = categoryNames[at % categoryNames.length]![0]
  const adjective = pickAt(seed, `${stream} adjective`, at, adjectives)
  const name = `${adjective} ${pickAt(seed, `${stream} noun`, at, nouns[category]!)} ${at}`
  const cents = 500 + (bitsAt(seed, `${stream} price`, at) % 60_000)
  const factor = hits(make, 'other-prices', at, 0.25) ? 1.07 : 1
  const stockAt = at + (hits(make, 'other-stock', at, 1 / 3) ? 1000 : 0)
  const isOld = make.drift.has('older-catalogue') && at % 6 === 1
  const tagsFirst = bitsAt(seed, `${stream} tags`, at)
  const tagCount = 1 + (tagsFirst % 4)
  return {
    sku: `${tenant.slice(0, 2).toUpperCase()}-${String(1000 + at * 3)}`,
    slug: name
      .toLowerCase()
      .normalize('NFD')
      .replace(/[^a-z0-9 ]/g, '')
      .replace(/ +/g, '-'),
    name,
    description: isOld
      ? oldDescription
      : `${name}: made to last, in ${cities[at % cities.length]}.`,
    category,
    cents: Math.round(cents * factor),
    discountPercent: fractionAt(seed, `${stream} discounted`, at) < 0.3 ? 5 + (at % 4) * 5 : null,
    weightGrams: 100 + (bitsAt(seed, `${stream} weight`, at) % 9_900),
    rating: 250 + (bitsAt(seed, `${stream} rating`, at) % 250),
    tags: range(tagCount).map((tag) => tagNames[(tagsFirst + tag * 3) % tagNames.length]!),
    stock: warehouses.slice(0, 2 + (at % 3)).map((warehouse, index) => ({
      warehouse,
      quantity: bitsAt(seed, `${stream} stock ${index}`, stockAt) % 60,
    })),
    reserved: at % 5 === 0 ? 200 : at % 7,
    ageDays: productsPerTenant + extraProducts - at,
    views:
      (bitsAt(seed, `${stream} views`, at) % 9_000) + (make.drift.has('other-counters') ? 0 : 1e4),
  }
}

function makeOrders(
  make: Maker,
  user: User,
  userAt: number,
  products: readonly Product[],
): readonly Order[] {
  const { seed, tenant, drift } = make
  const stream = `${tenant} order`
  const tenantAt = tenants.indexOf(tenant)
  return range(3 + (userAt % 4)).map((nth) => {
    const at = userAt * 8 + nth
    const number = tenantAt * 10_000 + at
    const statesAt = at + (hits(make, 'other-order-states', at, 0.25) ? 1000 : 0)
    return {
      id: String((drift.has('other-ids') ? 80_000 : 30_000) + number),
      ledgerId: makeLedgerId(number),
      user,
      lines: range(1 + (at % 3)).map((line) => {
        const product =
          products[(bitsAt(seed, `${stream} first`, at) + line * 5) % products.length]!
        return makeLine(product, 1 + (bitsAt(seed, `${stream} quantity ${line}`, at) % 3))
      }),
      currency: user.currency,
      atMillis: dataMillis - (1 + at) * 3_660_000 - (bitsAt(seed, `${stream} at`, at) % 3_600_000),
      state: pickAt(seed, `${stream} state`, statesAt, orderStates),
    }
  })
}

export function makeLine(product: Product, quantity: number): OrderLine {
  return { sku: product.sku, name: product.name, quantity, cents: product.cents }
}

/** Odd, and beyond what a double holds exactly. */
export function makeLedgerId(number: number): string {
  return String(9_007_199_254_740_993n + BigInt(number) * 1_000_002n)
}

function makeReviews(make: Maker, at: number, users: readonly User[]): readonly Review[] {
  const { seed, tenant } = make
  const stream = `${tenant} review`
  const all = range(3 + (at % 6)).map((nth) => {
    const index = at * 16 + nth
    const userAt = bitsAt(seed, `${stream} user`, index) % users.length
    const order = tenants.indexOf(tenant) * 10_000 + userAt * 8
    return {
      id: `r${index}`,
      user: users[userAt]!,
      orderId: (make.drift.has('other-ids') ? 80_000 : 30_000) + order,
      stars: 1 + (bitsAt(seed, `${stream} stars`, index) % 5),
      text: pickAt(seed, `${stream} text`, index, reviewTexts),
      atMillis: dataMillis - nth * dayMillis - (bitsAt(seed, `${stream} at`, index) % dayMillis),
    }
  })
  return all.filter((_, nth) => !hits(make, 'fewer-reviews', at * 16 + nth, 0.2))
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index)
}
