// Elements, attributes and text to canonical form, for XML and HTML alike.
import { createHash } from 'node:crypto'
import { listOf, type Node, objectOf } from './node.ts'

interface OpenElement {
  readonly name: string
  readonly attributes: readonly (readonly [name: string, value: Node])[]
  readonly children: Map<string, Node[]>
  /** Names of children, a run of the same once; `#text` where text stands between. */
  readonly order: string[]
  text: string
}

const orderTextMax = 120

/**
 * An element is an object: `@name` for attributes, a child's name for the child, or for the list of
 * those with that name, `#text`, and `#order` where differently named children follow each other.
 * One with text alone is that text.
 */
export class MarkupBuilder {
  readonly #open: OpenElement[] = [createElement('', [])]

  depth(): number {
    return this.#open.length - 1
  }

  open(name: string, attributes: readonly (readonly [name: string, value: Node])[]): void {
    this.#open.push(createElement(name, attributes))
  }

  /** Adds text, with `separator` behind what text there is. */
  text(text: string, separator: string): void {
    const element = this.#open.at(-1)!
    element.text = element.text === '' ? text : element.text + separator + text
    note(element.order, '#text')
  }

  close(): void {
    if (this.#open.length === 1) return
    const element = this.#open.pop()!
    this.child(element.name, nodeOf(element))
  }

  /** Adds what is already in canonical form. */
  child(name: string, node: Node): void {
    const parent = this.#open.at(-1)!
    const siblings = parent.children.get(name)
    if (siblings === undefined) parent.children.set(name, [node])
    else siblings.push(node)
    note(parent.order, name)
  }

  /** Closes what is open, and gives the document. */
  finish(): Node {
    while (this.#open.length > 1) this.close()
    return nodeOf(this.#open[0]!)
  }
}

function createElement(name: string, attributes: OpenElement['attributes']): OpenElement {
  return { name, attributes, children: new Map(), order: [], text: '' }
}

function note(order: string[], name: string): void {
  if (order.at(-1) !== name) order.push(name)
}

function nodeOf({ attributes, children, order, text }: OpenElement): Node {
  if (attributes.length === 0 && children.size === 0) return text
  const keys = [...attributes.map(([name]) => `@${name}`), ...children.keys()]
  const values = [
    ...attributes.map(([, value]) => value),
    ...[...children.values()].map((nodes) => (nodes.length === 1 ? nodes[0]! : listOf(nodes))),
  ]
  if (text !== '') {
    keys.push('#text')
    values.push(text)
  }
  if (order.length > 1) {
    keys.push('#order')
    values.push(shorten(order.join(' ')))
  }
  return objectOf(keys, values)
}

function shorten(order: string): string {
  if (order.length <= orderTextMax) return order
  return `${order.slice(0, orderTextMax)}… ${digestOf(order)}`
}

/** Stands for a text that is compared as a whole. */
export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
}
