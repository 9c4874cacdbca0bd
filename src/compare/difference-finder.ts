// Walks two canonical forms side by side and names every place where they are not alike.
import type { Difference, DifferenceKind } from '../model/comparison.ts'
import { openString } from './embedded-value.ts'
import { pairLists } from './list-pairing.ts'
import {
  hashOf,
  isEqual,
  isNumber,
  keyFinder,
  type ListNode,
  listOf,
  type Node,
  type ObjectNode,
} from './node.ts'
import { findAlias, judgePair, type PairContext, type Ruling } from './noise-rules.ts'
import { patternOf, placeOf } from './place.ts'
import { shortText } from './short-text.ts'
import { classOf } from './value-class.ts'

/** A difference, with what attributing it needs beside. */
export interface FoundDifference extends Difference {
  /** Whether the two values alone prove that `rule` applies. */
  readonly evident: boolean
  /** Of the value at `to`, in canonical form; 0 where it is absent. */
  readonly toHash: number
}

export interface FinderOptions {
  readonly context: PairContext
  /** Whether the order of lists at places like that does not count. */
  readonly isUnordered: (pattern: string) => boolean
  /** More are counted, not listed. */
  readonly differencesMax: number
  /** Whether one child stands for a list of one, as in markup. */
  readonly isMarkup: boolean
}

/** Finds the differences of two values whose place is called `root`. */
export class DifferenceFinder {
  readonly #root: string
  readonly #options: FinderOptions
  readonly #path: (string | number)[] = []
  #isEmbedded = false
  readonly found: FoundDifference[] = []
  omitted = 0

  constructor(root: string, options: FinderOptions) {
    this.#root = root
    this.#options = options
  }

  /** Adds what differs between the two; undefined is absent. */
  compare(from: Node | undefined, to: Node | undefined): void {
    if (from === undefined || to === undefined) {
      if (from !== to) this.#add(from === undefined ? 'extra' : 'missing', from, to, null)
      return
    }
    this.#walk(from, to)
  }

  #walk(from: Node, to: Node): void {
    if (from === to) return
    const [typeFrom, typeTo] = [typeof from, typeof to]
    if (typeFrom === 'string' && typeTo === 'string') {
      this.#compareStrings(from as string, to as string)
    } else if (typeFrom === 'object' && typeTo === 'object' && from !== null && to !== null) {
      this.#compareTagged(from as Tagged, to as Tagged)
    } else if (isNumber(from) && isNumber(to)) this.#compareScalars(from, to)
    else if (typeFrom === 'boolean' && typeTo === 'boolean') this.#compareScalars(from, to)
    else this.#compareTypes(from, to)
  }

  #compareTagged(from: Tagged, to: Tagged): void {
    if (from.tag === 'object' && to.tag === 'object') this.#compareObjects(from, to)
    else if (from.tag === 'list' && to.tag === 'list') this.#compareLists(from, to)
    else if (from.tag !== to.tag) this.#compareTypes(from, to)
    else this.#compareScalars(from, to)
  }

  #compareTypes(from: Node, to: Node): void {
    if (this.#options.isMarkup && isList(from) !== isList(to)) {
      this.#compareLists(isList(from) ? from : listOf([from]), isList(to) ? to : listOf([to]))
    } else this.#add('type', from, to, null)
  }

  #compareScalars(from: Node, to: Node): void {
    if (isEqual(from, to)) return
    this.#add(this.#kindOfValue(), from, to, judgePair(from, to, this.#path, this.#options.context))
  }

  /** A scalar of a list has no name of its own: it is the element that changed. */
  #kindOfValue(): DifferenceKind {
    return typeof this.#path.at(-1) === 'number' ? 'element-changed' : 'value'
  }

  #compareStrings(from: string, to: string): void {
    const here = this.#isEmbedded ? null : openString(from)
    const there = here === null ? null : openString(to)
    if (here === null || there === null || here.kind !== there.kind) {
      this.#compareScalars(from, to)
      return
    }
    this.#isEmbedded = true
    this.#path.push(`~${here.kind}`)
    if (here.kind === 'jwt') this.#compareTokens(here.node as ObjectNode, there.node as ObjectNode)
    else this.#walk(here.node, there.node)
    this.#path.pop()
    this.#isEmbedded = false
  }

  /** A signature differs with every claim, so it is held to its form alone. */
  #compareTokens(from: ObjectNode, to: ObjectNode): void {
    for (const [index, key] of ['header', 'claims'].entries()) {
      this.#path.push(key)
      this.#walk(from.values[index]!, to.values[index]!)
      this.#path.pop()
    }
    const [left, right] = [from.values[2] as string, to.values[2] as string]
    if (left === right) return
    this.#path.push('signature')
    const holds = left.length === right.length
    this.#add('value', left, right, { rule: 'jwt', holds, evident: true })
    this.#path.pop()
  }

  #compareObjects(from: ObjectNode, to: ObjectNode): void {
    const path = this.#path
    const find = keyFinder(to)
    let matched = 0
    for (let index = 0; index < from.keys.length; index++) {
      const key = from.keys[index]!
      const other = find(key, index)
      const value = from.values[index]!
      if (other === undefined) {
        path.push(key)
        this.#add('missing', value, undefined, null)
        path.pop()
        continue
      }
      matched++
      if (value === other) continue
      path.push(key)
      this.#walk(value, other)
      path.pop()
    }
    if (matched < to.keys.length) this.#addExtras(from, to)
    if (from.duplicates !== null || to.duplicates !== null) this.#compareDuplicates(from, to)
  }

  #addExtras(from: ObjectNode, to: ObjectNode): void {
    const find = keyFinder(from)
    to.keys.forEach((key, index) => {
      if (find(key, index) !== undefined) return
      this.#path.push(key)
      this.#add('extra', undefined, to.values[index], null)
      this.#path.pop()
    })
  }

  #compareDuplicates(from: ObjectNode, to: ObjectNode): void {
    const [here, there] = [from.duplicates ?? [], to.duplicates ?? []]
    for (const key of new Set([...here, ...there])) {
      if (here.includes(key) === there.includes(key)) continue
      this.#path.push(key)
      const [once, twice] = ['once', 'more than once']
      this.#add(
        'duplicate-key',
        here.includes(key) ? twice : once,
        there.includes(key) ? twice : once,
        null,
      )
      this.#path.pop()
    }
  }

  #compareLists(from: ListNode, to: ListNode): void {
    if (isSameInPlace(from.items, to.items)) return
    // Whatever comes and goes in a list, that there is nothing in it is another matter.
    if (from.items.length === 0 || to.items.length === 0) {
      this.#add(to.items.length === 0 ? 'element-missing' : 'element-extra', from, to, null)
      return
    }
    const unordered = this.#options.isUnordered(patternOf(this.#root, this.#path))
    const pairing = pairLists(from.items, to.items, {
      unordered,
      translate: (key, value) => this.#translate(key, value),
    })
    if (pairing.reordered) this.#add('order', from, to, unordered ? unorderedHolds : null)
    const paired = new Set<number>()
    let next = 0
    for (const [index, other] of pairing.pairs) {
      for (; next < index; next++) this.#addElement('element-missing', from.items[next]!, next)
      next = index + 1
      paired.add(other)
      this.#path.push(index)
      this.#walk(from.items[index]!, to.items[other]!)
      this.#path.pop()
    }
    for (; next < from.items.length; next++) {
      this.#addElement('element-missing', from.items[next]!, next)
    }
    to.items.forEach((item, index) => {
      if (paired.has(index)) return
      this.#addElement('element-extra', item, `+${hashOf(item).toString(36)}`)
    })
  }

  #addElement(kind: 'element-missing' | 'element-extra', node: Node, place: number | string): void {
    this.#path.push(place)
    if (kind === 'element-missing') this.#add(kind, node, undefined, null)
    else this.#add(kind, undefined, node, null)
    this.#path.pop()
  }

  /** What an identifier of an element of the one list is called in the other. */
  #translate(key: string, value: Node): Node {
    const { aliases } = this.#options.context
    if (aliases.size() === 0) return value
    const text = typeof value === 'string' ? value : isNumber(value) ? shortText(value) : null
    if (text === null) return value
    this.#path.push(0, key)
    const alias = findAlias(text, this.#path, this.#options.context)
    this.#path.length -= 2
    if (alias === undefined) return value
    return typeof value === 'string' ? alias : Number(alias)
  }

  #add(
    kind: DifferenceKind,
    from: Node | undefined,
    to: Node | undefined,
    ruling: Ruling | null,
  ): void {
    if (this.found.length >= this.#options.differencesMax) {
      this.omitted++
      return
    }
    this.found.push({
      path: patternOf(this.#root, this.#path),
      at: placeOf(this.#root, this.#path),
      kind,
      from: shortText(from),
      to: shortText(to),
      fromClass: classOf(from),
      toClass: classOf(to),
      rule: ruling?.rule ?? null,
      holds: ruling?.holds ?? false,
      evident: ruling?.evident ?? false,
      toHash: to === undefined ? 0 : hashOf(to),
    })
  }
}

type Tagged = Exclude<Node, null | boolean | number | string>

const unorderedHolds: Ruling = { rule: 'unordered', holds: true, evident: true }

function isSameInPlace(from: readonly Node[], to: readonly Node[]): boolean {
  return from.length === to.length && from.every((item, index) => isEqual(item, to[index]!))
}

function isList(node: Node): node is ListNode {
  return typeof node === 'object' && node !== null && node.tag === 'list'
}
