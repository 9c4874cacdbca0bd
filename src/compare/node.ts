// The canonical form of a value, whatever format it was read from: small, comparable, hashable.
import { canonicalNumber } from './json-number.ts'

/**
 * A value in canonical form. A `number` is a whole one, written plainly, that a double holds
 * exactly; every other number keeps its literal.
 */
export type Node = null | boolean | number | string | NumberNode | ListNode | ObjectNode | BytesNode

export interface NumberNode {
  readonly tag: 'number'
  /** As it was written. */
  readonly text: string
}

export interface ListNode {
  readonly tag: 'list'
  readonly items: readonly Node[]
  /** 0 until it is asked for. */
  hash: number
}

export interface ObjectNode {
  readonly tag: 'object'
  /** Each once, in the order in which they came first. */
  readonly keys: readonly string[]
  readonly values: readonly Node[]
  /** Keys that were named more than once: the last value counts. */
  readonly duplicates: readonly string[] | null
  hash: number
}

/** Bytes that nothing further is known of. */
export interface BytesNode {
  readonly tag: 'bytes'
  readonly length: number
  /** The first octets, in hexadecimal. */
  readonly magic: string
  /** Of all octets, in hexadecimal. */
  readonly digest: string
}

export function listOf(items: readonly Node[]): ListNode {
  return { tag: 'list', items, hash: 0 }
}

export function objectOf(
  keys: readonly string[],
  values: readonly Node[],
  duplicates: readonly string[] | null = null,
): ObjectNode {
  return { tag: 'object', keys, values, duplicates, hash: 0 }
}

export function objectFrom(entries: Iterable<readonly [string, Node]>): ObjectNode {
  const map = new Map(entries)
  return objectOf([...map.keys()], [...map.values()])
}

/** The value of a key; undefined where there is none. `guess` is where it probably stands. */
export function memberOf(object: ObjectNode, key: string, guess: number): Node | undefined {
  if (object.keys[guess] === key) return object.values[guess]
  const index = object.keys.indexOf(key)
  return index < 0 ? undefined : object.values[index]
}

/** Equal in canonical form: key order does not count, and 1.0 is 1; linear in the smaller one. */
export function isEqual(a: Node, b: Node): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    if (typeof a === typeof b) return false
    return isNumber(a) && isNumber(b) && numberText(a) === numberText(b)
  }
  switch (a.tag) {
    case 'number':
      return b.tag === 'number' && (a.text === b.text || numberText(a) === numberText(b))
    case 'list':
      return b.tag === 'list' && isEqualList(a.items, b.items)
    case 'object':
      return b.tag === 'object' && isEqualObject(a, b)
    case 'bytes':
      return b.tag === 'bytes' && a.length === b.length && a.digest === b.digest
  }
}

function isEqualList(a: readonly Node[], b: readonly Node[]): boolean {
  return a.length === b.length && a.every((item, index) => isEqual(item, b[index]!))
}

function isEqualObject(a: ObjectNode, b: ObjectNode): boolean {
  if (a.keys.length !== b.keys.length) return false
  if ((a.duplicates?.length ?? 0) !== (b.duplicates?.length ?? 0)) return false
  const find = keyFinder(b)
  return a.keys.every((key, index) => {
    const other = find(key, index)
    return other !== undefined && isEqual(a.values[index]!, other)
  })
}

/** Below this a scan over the keys is faster than a table of them. */
const scannedKeysMax = 16

/** `memberOf` for many keys of one object: linear over all of them together. */
export function keyFinder(object: ObjectNode): (key: string, guess: number) => Node | undefined {
  if (object.keys.length <= scannedKeysMax) return (key, guess) => memberOf(object, key, guess)
  let table: Map<string, Node> | null = null
  return (key, guess) => {
    if (object.keys[guess] === key) return object.values[guess]
    table ??= new Map(object.keys.map((name, index) => [name, object.values[index]!]))
    return table.get(key)
  }
}

export function isNumber(node: Node | undefined): node is number | NumberNode {
  if (typeof node === 'number') return true
  return typeof node === 'object' && node !== null && node.tag === 'number'
}

/** The same text for all numbers of the same value. */
function numberText(node: number | NumberNode): string {
  return canonicalNumber(typeof node === 'number' ? String(node) : node.text)
}

/** 53 bits, the same for values that are equal; computed once for lists and objects. */
export function hashOf(node: Node): number {
  switch (typeof node) {
    case 'string':
      return hashText(node, 0x51)
    case 'number':
      return hashText(canonicalNumber(String(node)), 0x4e)
    case 'boolean':
      return node ? 3 : 2
    default:
      return node === null ? 1 : hashTagged(node)
  }
}

function hashTagged(node: Exclude<Node, null | boolean | number | string>): number {
  switch (node.tag) {
    case 'number':
      return hashText(canonicalNumber(node.text), 0x4e)
    case 'bytes':
      return hashText(node.digest, 0x42)
    case 'list':
      if (node.hash === 0) node.hash = hashList(node.items)
      return node.hash
    case 'object':
      if (node.hash === 0) node.hash = hashObject(node)
      return node.hash
  }
}

function hashList(items: readonly Node[]): number {
  let low = 0x9e37
  let high = items.length
  for (const item of items) {
    const hash = hashOf(item)
    low = mix(low, hash)
    high = mix(high, hash / 0x200000)
  }
  return join(low, high)
}

/** A sum over the entries, so that their order does not count. */
function hashObject(object: ObjectNode): number {
  let low = object.keys.length
  let high = object.duplicates?.length ?? 0
  object.keys.forEach((key, index) => {
    const keyHash = hashText(key, 0x4b)
    const valueHash = hashOf(object.values[index]!)
    low = (low + mix(mix(7, keyHash), valueHash)) | 0
    high = (high + mix(mix(11, keyHash / 0x200000), valueHash / 0x200000)) | 0
  })
  return join(mix(low, 1), mix(high, 2))
}

/** FNV-1a twice, with different starts and multipliers, finished as MurmurHash3 does. */
function hashText(text: string, seed: number): number {
  let low = 0x811c9dc5 ^ seed
  let high = 0x5bd1e995 ^ seed
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    low = Math.imul(low ^ unit, 0x01000193)
    high = Math.imul(high ^ unit, 0x85ebca6b)
  }
  return join(mix(low, text.length), mix(high, text.length))
}

function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ (value | 0), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

function join(low: number, high: number): number {
  return (high >>> 11) * 2 ** 32 + (low >>> 0) || 1
}
