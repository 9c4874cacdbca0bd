// The paths of requests as a trie of segments, in which identifiers are one child: the parameter.
import { splitPath } from './route-matcher.ts'
import { classifySegment } from './segment-class.ts'

export interface PathNode {
  readonly children: Map<string, PathNode>
  /** Requests that end here, by method and form of the answer. */
  readonly ends: Map<string, Map<string, number>>
}

/** The key of the child that stands for every value of a parameter. */
export const parameterKey = '{id}'

export function createPathNode(): PathNode {
  return { children: new Map(), ends: new Map() }
}

export function clonePathNode(node: PathNode): PathNode {
  return {
    children: new Map([...node.children].map(([key, child]) => [key, clonePathNode(child)])),
    ends: new Map([...node.ends].map(([key, ends]) => [key, new Map(ends)])),
  }
}

/** Marks a key that goes on with the segment before it, as `:cancel` and `.json` do. */
const suffixMark = '\0'

export function isSuffixKey(key: string): boolean {
  return key.startsWith(suffixMark)
}

/** The path with one key more. */
export function joinKey(path: string, key: string): string {
  return isSuffixKey(key) ? `${path}${key.slice(suffixMark.length)}` : `${path}/${key}`
}

/** Segments of one path that are looked at; none has more but to do harm. */
const segmentsMax = 32

/**
 * The segments of a path as keys; a verb behind a colon and an ending are keys of their own. What
 * stands behind too many segments is left out.
 */
export function readPathKeys(path: string): readonly string[] {
  const segments = splitPath(path).slice(0, segmentsMax)
  return segments.flatMap((segment) => {
    const match = /^([^:.]+)((?::|%3A)[A-Za-z]{2,}|\.[a-z]{2,5})$/.exec(segment)
    return match === null ? [segment] : [match[1]!, `${suffixMark}${match[2]!}`]
  })
}

/** Whether the key is a value of a parameter by its form alone. */
export function isIdentifier(key: string): boolean {
  return !isSuffixKey(key) && classifySegment(key) !== 'word'
}

export function countEnd(node: PathNode, method: string, form: string, count = 1): void {
  const forms = node.ends.get(method) ?? new Map<string, number>()
  forms.set(form, (forms.get(form) ?? 0) + count)
  node.ends.set(method, forms)
}

/** All requests that end at the node or below it. */
export function countRequests(node: PathNode): number {
  let count = 0
  for (const forms of node.ends.values()) for (const each of forms.values()) count += each
  for (const child of node.children.values()) count += countRequests(child)
  return count
}

/** Adds all of `from`, whose nodes must not be used afterwards. */
export function absorbPathNode(into: PathNode, from: PathNode): void {
  for (const [method, forms] of from.ends) {
    for (const [form, count] of forms) countEnd(into, method, form, count)
  }
  for (const [key, child] of from.children) {
    const own = into.children.get(key)
    if (own === undefined) into.children.set(key, child)
    else absorbPathNode(own, child)
  }
}
