// Where two answers to one request differ, for the tests of the shop: it knows what it sends, so
// this need be no more than good enough for that.
import type { Answer } from './http.ts'

/** As in `Place.where`; where the status differs, nothing else is looked at. */
export function findPlaces(one: Answer, other: Answer): ReadonlySet<string> {
  if (one.status !== other.status) return new Set(['status'])
  const places = new Set<string>()
  compare(places, headersOf(one), headersOf(other))
  const [oneBody, otherBody] = [bodyOf(one), bodyOf(other)]
  if (oneBody === null || otherBody === null) {
    if (!Buffer.from(one.body).equals(other.body)) places.add('body')
    return places
  }
  compare(places, oneBody, otherBody)
  return places
}

/** Whether a difference at `place` is at `where` or below it. */
export function isWithin(place: string, where: string): boolean {
  return place === where || (place.startsWith(where) && /^[.[/@]/.test(place.slice(where.length)))
}

/** All values at a path, in their order. */
type Values = ReadonlyMap<string, readonly string[]>

function compare(places: Set<string>, one: Values, other: Values): void {
  for (const path of new Set([...one.keys(), ...other.keys()])) {
    if (String(one.get(path)) !== String(other.get(path))) places.add(path)
  }
}

function headersOf(answer: Answer): Values {
  const values = new Map<string, readonly string[]>()
  for (const [name, value] of answer.headers) {
    // The length follows from the body, which is looked at itself.
    if (name !== 'Content-Length') values.set(`header:${name.toLowerCase()}`, [value])
  }
  return values
}

/** Null where the body is neither JSON nor markup. */
function bodyOf(answer: Answer): Values | null {
  const text = Buffer.from(answer.body).toString('utf8')
  const values = new Map<string, string[]>()
  const add = (path: string, value: string) => {
    const all = values.get(path)
    if (all === undefined) values.set(path, [value])
    else all.push(value)
  }
  if (text.startsWith('<')) {
    addMarkup(text, add)
    return values
  }
  try {
    // Long numbers become strings, for JSON.parse rounds them.
    addJson(JSON.parse(text.replace(/:(\d{16,})/g, ':"$1"')), '$', add)
    return values
  } catch {
    return null
  }
}

type Add = (path: string, value: string) => void

function addJson(value: unknown, path: string, add: Add): void {
  if (Array.isArray(value)) {
    add(path, `${value.length} elements`)
    for (const element of value) addJson(element, `${path}[*]`, add)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) addJson(member, `${path}.${key}`, add)
  } else {
    add(path, JSON.stringify(value))
  }
}

const voidElements = /^(meta|input)$/

function addMarkup(text: string, add: Add): void {
  const path: string[] = []
  const tokens = /<[!?][^>]*>|<(\/?)([\w-]+)([^>]*?)(\/?)>|([^<]+)/g
  for (const [, end, name, attributes, empty, words] of text.matchAll(tokens)) {
    if (words !== undefined) {
      if (words.trim() !== '') add(`/${path.join('/')}`, words)
    } else if (name !== undefined && end === '/') {
      path.pop()
    } else if (name !== undefined) {
      path.push(name)
      add(`/${path.join('/')}`, 'element')
      for (const [, key, value] of attributes!.matchAll(/([\w:-]+)="([^"]*)"/g)) {
        add(`/${path.join('/')}/@${key}`, value!)
      }
      if (empty === '/' || voidElements.test(name)) path.pop()
    }
  }
}
