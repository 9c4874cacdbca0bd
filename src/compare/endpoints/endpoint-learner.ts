// Learns endpoints from requests: which segments of their paths are parameters. Identifiers are
// values at once; words are, from the root down, where siblings look alike (sibling-groups.ts).
import {
  absorbPathNode,
  clonePathNode,
  countEnd,
  createPathNode,
  isIdentifier,
  joinKey,
  type PathNode,
  parameterKey,
  readPathKeys,
} from './path-trie.ts'
import type { RouteTemplate } from './route-matcher.ts'
import { type FormParents, findFormParents, findValues } from './sibling-groups.ts'

/** One request, and the form of the answer that it got. */
export interface ObservedRequest {
  readonly method: string
  /** Without query. */
  readonly path: string
  /** `STATUS TYPE NAME,NAME…` with the top-level names in order; empty where it is not known. */
  readonly form: string
}

export interface LearntTemplate extends RouteTemplate {
  /** Those that it was learnt from. */
  readonly requests: number
}

/** Nodes of the trie; beyond, a new word is taken for a value of a parameter. */
const nodesMax = 200_000

/** Forms of one method at one node; beyond, a new one is not looked at. */
const formsMax = 64

export class EndpointLearner {
  readonly #root = createPathNode()
  #nodes = 1

  observe({ method, path, form }: ObservedRequest): void {
    let node = this.#root
    for (const key of readPathKeys(path)) node = this.#descend(node, key)
    const forms = node.ends.get(method)
    const isFull = forms !== undefined && forms.size >= formsMax && !forms.has(form)
    countEnd(node, method, isFull ? '' : form)
  }

  /** The templates of all that was observed so far, sorted by path and method. */
  learn(): readonly LearntTemplate[] {
    const root = clonePathNode(this.#root)
    mergeValues(root, findFormParents(root))
    const templates: LearntTemplate[] = []
    collectTemplates(root, '', templates)
    return templates.sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method))
  }

  #descend(node: PathNode, key: string): PathNode {
    const known = node.children.get(key)
    if (known !== undefined) return known
    const own = this.#nodes >= nodesMax || isIdentifier(key) ? parameterKey : key
    let child = node.children.get(own)
    if (child === undefined) {
      child = createPathNode()
      this.#nodes += 1
      node.children.set(own, child)
    }
    return child
  }
}

/** From the root down: what lies below all values of a parameter is seen together. */
function mergeValues(node: PathNode, parents: FormParents): void {
  const values = findValues(node, parents)
  if (values.length > 0) {
    const parameter = node.children.get(parameterKey) ?? createPathNode()
    for (const key of values) {
      absorbPathNode(parameter, node.children.get(key)!)
      node.children.delete(key)
    }
    node.children.set(parameterKey, parameter)
  }
  for (const child of node.children.values()) mergeValues(child, parents)
}

function collectTemplates(node: PathNode, path: string, templates: LearntTemplate[]): void {
  for (const [method, forms] of node.ends) {
    const requests = [...forms.values()].reduce((sum, count) => sum + count, 0)
    templates.push({ method, path, requests })
  }
  for (const [key, child] of node.children) collectTemplates(child, joinKey(path, key), templates)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
