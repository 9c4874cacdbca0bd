// Which elements of two lists go together: by a key that is unique in both, else by the longest
// common subsequence of equal ones (Wagner and Fischer, 1974), in a table of bounded size.

import { hashOf, isEqual, memberOf, type Node, type ObjectNode } from './node.ts'
import { isIdKey } from './value-class.ts'

export interface ListPairing {
  /** Index in the one list and in the other, ascending by the first; equal ones included. */
  readonly pairs: readonly (readonly [from: number, to: number])[]
  /** Whether the elements that were found again come in another order. */
  readonly reordered: boolean
}

/** Names of keys that mostly identify an element, in the order in which they are tried. */
const commonKeys = [
  'id',
  '_id',
  'uuid',
  'guid',
  'key',
  'code',
  'sku',
  'slug',
  'name',
  '@id',
  'href',
]

/** Cells of the table for the common subsequence; beyond it, elements go together by place. */
const tableCellsMax = 1_000_000

/** Of the elements of the shorter list, how many have to be found in the other one. */
const sharedMin = 0.5
/** By a key that only these two lists suggest. */
const suggestedSharedMin = 0.9
const suggestedKeysMax = 12

export interface PairingHints {
  /** Whether their order does not count. */
  readonly unordered: boolean
  /** What a key's value in the one list is called in the other. */
  readonly translate: (key: string, value: Node) => Node
}

/** Pairs elements; what is in no pair is missing, or extra. */
export function pairLists(
  from: readonly Node[],
  to: readonly Node[],
  hints: PairingHints,
): ListPairing {
  const byKey = pairByKey(from, to, hints)
  if (byKey !== null) return byKey
  if (hints.unordered || hasSameElements(from, to)) return pairByHash(from, to, hints.unordered)
  return { pairs: pairInOrder(from, to), reordered: false }
}

/** Whether both hold the same elements as often, in whatever order. */
export function hasSameElements(from: readonly Node[], to: readonly Node[]): boolean {
  if (from.length !== to.length) return false
  const counts = new Map<number, number>()
  for (const node of from) counts.set(hashOf(node), (counts.get(hashOf(node)) ?? 0) + 1)
  for (const node of to) {
    const left = counts.get(hashOf(node)) ?? 0
    if (left === 0) return false
    counts.set(hashOf(node), left - 1)
  }
  return true
}

function pairByKey(
  from: readonly Node[],
  to: readonly Node[],
  hints: PairingHints,
): ListPairing | null {
  if (from.length === 0 || !from.every(isObject) || !to.every(isObject)) return null
  const suggested = from[0]!.keys.slice(0, suggestedKeysMax)
  for (const key of new Set([...commonKeys, ...suggested])) {
    const there = indexByKey(to, key, asItIs)
    if (there === null) continue
    const pairs = pairByIndex(from, key, there, hints)
    if (pairs === null) continue
    const share = commonKeys.includes(key) ? sharedMin : suggestedSharedMin
    if (pairs.length === 0 || pairs.length < Math.min(from.length, to.length) * share) continue
    const reordered = !isAscending(pairs)
    const isName = !isIdKey(key)
    return {
      pairs: isName && !reordered ? fillGaps(pairs, from.length, to.length) : pairs,
      reordered,
    }
  }
  return null
}

type Pairs = readonly (readonly [number, number])[]

const asItIs = (_: string, value: Node) => value

/**
 * By what the values are called in the other list, or as they are where that finds more, or as many
 * in order: an alias that was learnt elsewhere by chance would turn a list about.
 */
function pairByIndex(
  from: readonly ObjectNode[],
  key: string,
  there: ReadonlyMap<number, number>,
  { translate }: PairingHints,
): Pairs | null {
  const find = (here: ReadonlyMap<number, number> | null): Pairs | null => {
    if (here === null) return null
    return [...here].flatMap(([value, index]) => {
      const other = there.get(value)
      return other === undefined ? [] : [[index, other] as const]
    })
  }
  const called = find(indexByKey(from, key, translate))
  if (called?.length === from.length && isAscending(called)) return called
  const same = find(indexByKey(from, key, asItIs))
  if (called === null || same === null) return called ?? same
  if (called.length !== same.length) return called.length > same.length ? called : same
  return isAscending(same) ? same : called
}

/** Where a name changed, the element stands between the same neighbours: as many in each list. */
function fillGaps(pairs: Pairs, fromLength: number, toLength: number): Pairs {
  const filled: (readonly [number, number])[] = []
  let [fromAt, toAt] = [0, 0]
  for (const [fromNext, toNext] of [...pairs, [fromLength, toLength] as const]) {
    if (fromNext - fromAt === toNext - toAt) {
      for (let index = 0; fromAt + index < fromNext; index++) {
        filled.push([fromAt + index, toAt + index])
      }
    }
    if (fromNext < fromLength) filled.push([fromNext, toNext])
    fromAt = fromNext + 1
    toAt = toNext + 1
  }
  return filled
}

function isObject(node: Node): node is ObjectNode {
  return typeof node === 'object' && node !== null && node.tag === 'object'
}

/** Null where an element lacks the key, or shares its value with another. */
function indexByKey(
  list: readonly ObjectNode[],
  key: string,
  translate: (key: string, value: Node) => Node,
): Map<number, number> | null {
  const table = new Map<number, number>()
  for (let index = 0; index < list.length; index++) {
    const value = memberOf(list[index]!, key, 0)
    if (value === undefined || value === null || typeof value === 'boolean') return null
    table.set(hashOf(translate(key, value)), index)
  }
  return table.size === list.length ? table : null
}

function isAscending(pairs: Pairs): boolean {
  return pairs.every(([, to], index) => index === 0 || pairs[index - 1]![1] < to)
}

/** Equal elements first, each once; then, in a list without order, what is left by its place. */
function pairByHash(from: readonly Node[], to: readonly Node[], unordered: boolean): ListPairing {
  const places = new Map<number, number[]>()
  for (let index = to.length - 1; index >= 0; index--) {
    const hash = hashOf(to[index]!)
    const list = places.get(hash)
    if (list === undefined) places.set(hash, [index])
    else list.push(index)
  }
  const pairs: [number, number][] = []
  const left: number[] = []
  const taken = new Set<number>()
  from.forEach((node, index) => {
    const other = places.get(hashOf(node))?.pop()
    if (other === undefined) left.push(index)
    else {
      pairs.push([index, other])
      taken.add(other)
    }
  })
  const reordered = !isAscending(pairs)
  if (unordered && left.length > 0) {
    const free = to.map((_, index) => index).filter((index) => !taken.has(index))
    left.slice(0, free.length).forEach((index, place) => {
      pairs.push([index, free[place]!])
    })
    pairs.sort((a, b) => a[0] - b[0])
  }
  return { pairs, reordered }
}

/** Equal starts and ends, between them equal elements in order, between those what is left. */
function pairInOrder(
  from: readonly Node[],
  to: readonly Node[],
): readonly (readonly [number, number])[] {
  let start = 0
  const shorter = Math.min(from.length, to.length)
  while (start < shorter && isEqual(from[start]!, to[start]!)) start++
  let fromEnd = from.length
  let toEnd = to.length
  while (fromEnd > start && toEnd > start && isEqual(from[fromEnd - 1]!, to[toEnd - 1]!)) {
    fromEnd--
    toEnd--
  }
  const pairs: [number, number][] = []
  for (let index = 0; index < start; index++) pairs.push([index, index])
  const equal = commonSubsequence(from, to, { start, fromEnd, toEnd })
  let [fromAt, toAt] = [start, start]
  for (const [fromNext, toNext] of [...equal, [fromEnd, toEnd] as const]) {
    const count = Math.min(fromNext - fromAt, toNext - toAt)
    for (let index = 0; index < count; index++) pairs.push([fromAt + index, toAt + index])
    if (fromNext < fromEnd) pairs.push([fromNext, toNext])
    fromAt = fromNext + 1
    toAt = toNext + 1
  }
  for (let index = 0; fromEnd + index < from.length; index++) {
    pairs.push([fromEnd + index, toEnd + index])
  }
  return pairs
}

function commonSubsequence(
  from: readonly Node[],
  to: readonly Node[],
  range: { readonly start: number; readonly fromEnd: number; readonly toEnd: number },
): readonly (readonly [number, number])[] {
  const rows = range.fromEnd - range.start
  const columns = range.toEnd - range.start
  if (rows === 0 || columns === 0 || (rows + 1) * (columns + 1) > tableCellsMax) return []
  const here = from.slice(range.start, range.fromEnd).map(hashOf)
  const there = to.slice(range.start, range.toEnd).map(hashOf)
  const width = columns + 1
  const lengths = new Uint32Array((rows + 1) * width)
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const at = row * width + column
      lengths[at] =
        here[row] === there[column]
          ? lengths[at + width + 1]! + 1
          : Math.max(lengths[at + width]!, lengths[at + 1]!)
    }
  }
  const pairs: [number, number][] = []
  let [row, column] = [0, 0]
  while (row < rows && column < columns) {
    if (here[row] === there[column]) {
      pairs.push([range.start + row++, range.start + column++])
    } else if (lengths[(row + 1) * width + column]! >= lengths[row * width + column + 1]!) row++
    else column++
  }
  return pairs
}
