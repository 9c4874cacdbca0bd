// All answers to one request as lines, one for each place: what each server has there, and whom a
// difference is put down to. Lists are laid out by their elements' identity, not by their place.
import type { Attribution } from '../model/comparison.ts'
import type { AnswerColumn, ByColumn, SideRow } from '../model/console.ts'
import type { CanonicalAnswer } from './canonical-answer.ts'
import { pairLists } from './list-pairing.ts'
import { isEqual, type ListNode, type Node, type ObjectNode } from './node.ts'
import { type Path, patternOf, placeOf } from './place.ts'

export interface SideBySide {
  readonly rows: readonly SideRow[]
  /** Rows beyond the most that are laid out. */
  readonly omitted: number
}

/** Whose order of keys and elements the lines have: the first that answered. */
const order: readonly AnswerColumn[] = [
  'baseline',
  'production',
  'candidate',
  'baseline2',
  'baseline-now',
  'candidate-now',
]

const valueLengthMax = 2_000
const depthMax = 60

/** Lays out the answers that there are; at most `rowsMax` lines. */
export function laySideBySide(
  answers: ByColumn<CanonicalAnswer>,
  attributions: readonly Attribution[],
  rowsMax: number,
): SideBySide {
  const layout = new Layout(attributions, rowsMax)
  layout.addStatus(answers)
  layout.addFields(answers)
  const roots = mapColumns(answers, (answer) => answer.body().root)
  if (Object.keys(roots).length > 0) layout.addNode(roots, [], '$', 0)
  return { rows: layout.rows, omitted: layout.omitted }
}

type MutableRow = { -readonly [Key in keyof SideRow]: SideRow[Key] }

class Layout {
  readonly rows: MutableRow[] = []
  omitted = 0
  readonly #rowsMax: number
  readonly #byPlace = new Map<string, Attribution>()
  readonly #byPattern = new Map<string, Attribution>()

  constructor(attributions: readonly Attribution[], rowsMax: number) {
    this.#rowsMax = rowsMax
    for (const attribution of attributions) {
      setFirst(this.#byPlace, attribution.at, attribution)
      setFirst(this.#byPattern, attribution.path, attribution)
    }
  }

  addStatus(answers: ByColumn<CanonicalAnswer>): void {
    const values = mapColumns(answers, (answer) =>
      answer.head === null ? undefined : String(answer.head.status),
    )
    this.#add('status', 0, 'status', 'status', 'status', values)
  }

  addFields(answers: ByColumn<CanonicalAnswer>): void {
    const names = new Set<string>()
    for (const role of order) {
      for (const name of answers[role]?.head?.fields.keys() ?? []) names.add(name)
    }
    for (const name of names) {
      const place = `header.${name}`
      const values = mapColumns(answers, (answer) => answer.head?.fields.get(name))
      this.#add('header', 0, name, place, place, values)
    }
  }

  /** Answers whether any of it differs. */
  addNode(nodes: ByColumn<Node>, path: Path, name: string, depth: number): boolean {
    const present = Object.values(nodes)
    const place = placeOf('$', path)
    const pattern = patternOf('$', path)
    const isWhole = depth < depthMax && this.rows.length < this.#rowsMax
    const isObjects = present.every(isObject)
    if (!isWhole || !(isObjects || present.every(isList))) {
      const differs = !isAlike(nodes)
      this.#add('body', depth, name, place, pattern, mapColumns(nodes, showNode), differs)
      return differs
    }
    const row = this.#add('body', depth, name, place, pattern, mapColumns(nodes, countNode), false)
    const children = isObjects
      ? this.#addMembers(nodes as ByColumn<ObjectNode>, path, depth)
      : this.#addElements(nodes as ByColumn<ListNode>, path, depth)
    if (row !== null) {
      row.holder = true
      row.differs = children
      if (!children) row.label = null
    }
    return children
  }

  #addMembers(nodes: ByColumn<ObjectNode>, path: Path, depth: number): boolean {
    const keys = new Set(order.flatMap((role) => nodes[role]?.keys ?? []))
    let differs = false
    for (const key of keys) {
      const values = mapColumns(nodes, (node) => node.values[node.keys.indexOf(key)])
      const isMissing = Object.keys(values).length < Object.keys(nodes).length
      const inside = this.addNode(values, [...path, key], key, depth + 1)
      if (isMissing) this.#mark(depth + 1, placeOf('$', [...path, key]))
      differs ||= inside || isMissing
    }
    return differs
  }

  #addElements(nodes: ByColumn<ListNode>, path: Path, depth: number): boolean {
    const lines = alignLists(nodes)
    let differs = false
    lines.forEach((values, index) => {
      const isMissing = Object.keys(values).length < Object.keys(nodes).length
      const inside = this.addNode(values, [...path, index], `[${index}]`, depth + 1)
      if (isMissing) this.#mark(depth + 1, placeOf('$', [...path, index]))
      differs ||= inside || isMissing
    })
    return differs
  }

  /** The line of that place, laid out just before, lacks in one of the answers. */
  #mark(depth: number, place: string): void {
    const row = this.rows.findLast((found) => found.depth === depth && found.place === place)
    if (row !== undefined) row.differs = true
  }

  /** Null where there is no more room. */
  #add(
    part: SideRow['part'],
    depth: number,
    name: string,
    place: string,
    pattern: string,
    values: ByColumn<string>,
    differs = new Set(Object.values(values)).size > 1,
  ): MutableRow | null {
    if (this.rows.length >= this.#rowsMax) {
      this.omitted += 1
      return null
    }
    const found = this.#byPlace.get(place) ?? (differs ? this.#byPattern.get(pattern) : undefined)
    const label = found?.label ?? null
    const weight = found?.weight ?? 'none'
    const row = { part, depth, name, place, values, holder: false, differs, label, weight }
    this.rows.push(row)
    return row
  }
}

/** The elements of all lists, line by line: those that go together on one. */
function alignLists(nodes: ByColumn<ListNode>): readonly ByColumn<Node>[] {
  const [first, ...others] = order.filter((role) => nodes[role] !== undefined)
  const lines: Partial<Record<AnswerColumn, Node>>[] = nodes[first!]!.items.map((item) => ({
    [first!]: item,
  }))
  const firstItems = nodes[first!]!.items
  const hints = { unordered: false, translate: (_: string, value: Node) => value }
  for (const role of others) {
    const { items } = nodes[role]!
    const paired = new Set<number>()
    for (const [from, to] of pairLists(firstItems, items, hints).pairs) {
      lines[from]![role] = items[to]!
      paired.add(to)
    }
    items.forEach((item, index) => {
      if (paired.has(index)) return
      // What two answers have beyond the first one's goes together where it is alike.
      const alike = lines
        .slice(firstItems.length)
        .find(
          (line) =>
            line[role] === undefined && Object.values(line).some((has) => isEqual(has, item)),
        )
      if (alike === undefined) lines.push({ [role]: item })
      else alike[role] = item
    })
  }
  return lines
}

function mapColumns<T, U>(byRole: ByColumn<T>, map: (value: T) => U | undefined): ByColumn<U> {
  const mapped: Partial<Record<AnswerColumn, U>> = {}
  for (const [role, value] of Object.entries(byRole) as [AnswerColumn, T][]) {
    const made = map(value)
    if (made !== undefined) mapped[role] = made
  }
  return mapped
}

function setFirst<T>(map: Map<string, T>, key: string, value: T): void {
  if (!map.has(key)) map.set(key, value)
}

function isAlike(nodes: ByColumn<Node>): boolean {
  const [first, ...others] = Object.values(nodes)
  return others.every((node) => isEqual(first!, node))
}

function isObject(node: Node): node is ObjectNode {
  return typeof node === 'object' && node !== null && node.tag === 'object'
}

function isList(node: Node): node is ListNode {
  return typeof node === 'object' && node !== null && node.tag === 'list'
}

function countNode(node: Node): string {
  if (isObject(node)) return `{${node.keys.length}}`
  return isList(node) ? `[${node.items.length}]` : showNode(node)
}

function showNode(node: Node): string {
  if (node === null || typeof node === 'boolean' || typeof node === 'number') return String(node)
  if (typeof node === 'string') return cut(JSON.stringify(node))
  if (node.tag === 'number') return node.text
  if (node.tag === 'bytes') return `${node.length} bytes ${node.digest.slice(0, 16)}`
  return cut(JSON.stringify(toPlain(node)))
}

function cut(text: string): string {
  return text.length <= valueLengthMax ? text : `${text.slice(0, valueLengthMax)}…`
}

/** For a glance: numbers beyond a double lose digits. */
function toPlain(node: Node): unknown {
  if (isList(node)) return node.items.slice(0, 100).map(toPlain)
  if (isObject(node)) {
    return Object.fromEntries(node.keys.map((key, index) => [key, toPlain(node.values[index]!)]))
  }
  return typeof node === 'object' && node !== null ? showNode(node) : node
}
