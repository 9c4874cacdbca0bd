// Which words below one node of the path trie are values of a parameter: siblings that lead to the
// same places and get answers of the same form there. Answers of different forms at one place tell
// `/invoices/{id}` from `/quotes/{id}`; a form that answers have everywhere tells nothing, and then
// only many siblings, many of them rare, are taken for values.
import { countRequests, isSuffixKey, type PathNode, parameterKey } from './path-trie.ts'

/** Siblings of one telling form, or of one path below, that are values of a parameter. */
const tellingMin = 3
/** The same where the form says little, as an empty answer or a list's wrapper does. */
const plainMin = 8
/** A form that answers have below more parents than this says little. */
const tellingParentsMax = 2
/** The share of rare ones among values; the words of an interface are all asked for. */
const rareShareMin = 0.25
const rareRequestsMax = 2
/** Places looked at below one sibling, and how deep; the rest is left out. */
const placesMax = 200
const sharedDepthMax = 5

/** By method and form of answer: the words directly above the nodes that give it. */
export type FormParents = ReadonlyMap<string, ReadonlySet<string>>

export function findFormParents(root: PathNode): FormParents {
  const parents = new Map<string, Set<string>>()
  const visit = (node: PathNode, key: string, above: string) => {
    for (const form of formsOf(node)) {
      const known = parents.get(form) ?? new Set<string>()
      if (known.size <= tellingParentsMax) known.add(above)
      parents.set(form, known)
    }
    const word = key === parameterKey ? above : key
    for (const [childKey, child] of node.children) visit(child, childKey, word)
  }
  visit(root, '', '')
  return parents
}

/** The keys below `node` that are values of its parameter. */
export function findValues(node: PathNode, parents: FormParents): readonly string[] {
  const words = [...node.children.keys()].filter((key) => key !== parameterKey && !isSuffixKey(key))
  if (words.length === 0) return []
  const shared = findSharedKeys(words.map((key) => node.children.get(key)!))
  const groups: Group[] = []
  const identifiers = node.children.get(parameterKey)
  if (identifiers !== undefined) groups.push(createGroup(readPlaces(identifiers, shared), true))
  for (const { key, requests } of sortByRequests(node, words)) {
    const places = readPlaces(node.children.get(key)!, shared)
    let group = groups.find((candidate) => isAlike(candidate.places, places))
    if (group === undefined) {
      group = createGroup(new Map(), false)
      groups.push(group)
    }
    join(group, key, places, requests)
  }
  return groups.filter((group) => areValues(group, parents)).flatMap(({ keys }) => keys)
}

/** What lies below a sibling: at each place (method and path), the forms of its answers. */
type Places = Map<string, Set<string>>

interface Group {
  readonly keys: string[]
  readonly places: Places
  /** Members by place. */
  readonly support: Map<string, number>
  /** The parameter's own identifiers are in it. */
  readonly hasIdentifiers: boolean
  rare: number
}

function createGroup(places: Places, hasIdentifiers: boolean): Group {
  return { keys: [], places, support: new Map(), hasIdentifiers, rare: 0 }
}

function join(group: Group, key: string, places: Places, requests: number): void {
  group.keys.push(key)
  if (requests <= rareRequestsMax) group.rare += 1
  for (const [place, forms] of places) {
    const own = group.places.get(place) ?? new Set()
    for (const form of forms) own.add(form)
    group.places.set(place, own)
    group.support.set(place, (group.support.get(place) ?? 0) + 1)
  }
}

/** Both lead somewhere together, and nowhere to answers of different forms. */
function isAlike(a: Places, b: Places): boolean {
  let common = 0
  for (const [place, forms] of b) {
    const others = a.get(place)
    if (others === undefined) continue
    if (![...forms].some((form) => others.has(form) || isSimilarToAny(form, others))) return false
    common += 1
  }
  return common > 0
}

/** Of the names of two forms, the share that both must have: some fields are there now and then. */
const similarShareMin = 0.85

function isSimilarToAny(form: string, others: ReadonlySet<string>): boolean {
  if (!form.includes(',')) return false
  const [head, names] = splitForm(form)
  for (const other of others) {
    const [otherHead, otherNames] = splitForm(other)
    if (otherHead !== head) continue
    let common = 0
    for (const name of names) if (otherNames.has(name)) common += 1
    if (common >= similarShareMin * (names.size + otherNames.size - common)) return true
  }
  return false
}

/** `GET 200 application/json`, and the outermost names. */
function splitForm(form: string): readonly [head: string, names: ReadonlySet<string>] {
  const space = form.lastIndexOf(' ')
  const names = form.slice(space + 1).replace(/[{}[\]]/g, '')
  return [form.slice(0, space), new Set(names.split(','))]
}

function areValues(group: Group, parents: FormParents): boolean {
  const size = group.keys.length
  for (const [place, support] of group.support) {
    const forms = [...group.places.get(place)!]
    // A path below that several siblings have, with answers of one form.
    const isPath = place.includes('/') && !place.includes(anyKey)
    if (isPath && support >= (forms.some(isKnown) ? tellingMin : plainMin)) return true
    const telling = forms.some((form) => isTelling(form, parents))
    if (telling && support >= (group.hasIdentifiers ? 1 : tellingMin)) return true
  }
  return size >= plainMin && group.rare >= size * rareShareMin
}

function isKnown(form: string): boolean {
  return !form.endsWith(' ')
}

/** Has two names or more, and is given below few parents. */
function isTelling(form: string, parents: FormParents): boolean {
  return form.includes(',') && parents.get(form)!.size <= tellingParentsMax
}

/** Stands for a key that only one of the siblings has below it. */
const anyKey = '*'

/** The keys that stand below several of the siblings: the words of the interface. */
function findSharedKeys(siblings: readonly PathNode[]): ReadonlySet<string> {
  const counts = new Map<string, number>()
  for (const sibling of siblings) {
    const seen = new Set<string>()
    collectKeys(sibling, seen, 1)
    for (const key of seen) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  counts.delete(parameterKey)
  return new Set([...counts].filter(([, count]) => count > 1).map(([key]) => key))
}

function collectKeys(node: PathNode, into: Set<string>, depth: number): void {
  for (const [key, child] of node.children) {
    into.add(key)
    if (depth < sharedDepthMax) collectKeys(child, into, depth + 1)
  }
}

function readPlaces(node: PathNode, shared: ReadonlySet<string>): Places {
  const places: Places = new Map()
  const visit = (at: PathNode, path: string) => {
    for (const form of formsOf(at)) {
      const place = `${form.slice(0, form.indexOf(' '))}${path}`
      const forms = places.get(place) ?? new Set<string>()
      forms.add(form)
      if (forms.size > 1 || places.size < placesMax) places.set(place, forms)
    }
    for (const [key, child] of at.children) {
      const step = isSuffixKey(key) || shared.has(key) ? key : anyKey
      if (places.size < placesMax) visit(child, `${path}/${step}`)
    }
  }
  visit(node, '')
  return places
}

/** Each method with each form of its answers at the node: `GET 200 application/json id,name`. */
function formsOf(node: PathNode): readonly string[] {
  return [...node.ends].flatMap(([method, forms]) =>
    [...forms.keys()].map((form) => `${method} ${form}`),
  )
}

/** Those asked for most come first: they know the most places. */
function sortByRequests(node: PathNode, words: readonly string[]) {
  return words
    .map((key) => ({ key, requests: countRequests(node.children.get(key)!) }))
    .sort((a, b) => b.requests - a.requests || (a.key < b.key ? -1 : 1))
}
