// From a request's method and path to the template it belongs to: `GET /orders/{id}`. One matcher
// for templates that were learnt, written by the operator, or read from an OpenAPI document.

/** A method (`*`: any) and a path of which segments, or parts of one, stand in braces. */
export interface RouteTemplate {
  readonly method: string
  readonly path: string
}

/** Reads `GET /orders/{id}` or `/orders/{id}`; null where the text is no template. */
export function parseRouteTemplate(text: string): RouteTemplate | null {
  const match = /^\s*(?:([A-Za-z]+|\*)\s+)?(\/\S*)\s*$/.exec(text)
  if (match === null || !hasBalancedBraces(match[2]!)) return null
  return { method: (match[1] ?? '*').toUpperCase(), path: match[2]! }
}

/** Finds the most literal template for a path; the cost depends on the path's length alone. */
export class RouteMatcher {
  readonly #root: RouteNode = createNode()
  #size = 0

  constructor(templates: Iterable<RouteTemplate> = []) {
    for (const template of templates) this.add(template)
  }

  /** Templates that differ in the names of their parameters alone are one: the first stays. */
  add(template: RouteTemplate): void {
    let node = this.#root
    for (const segment of splitPath(template.path)) node = descend(node, segment)
    if (node.routes.has(template.method)) return
    node.routes.set(template.method, template.path)
    this.#size += 1
  }

  size(): number {
    return this.#size
  }

  /** `path` is without query; null where no template fits. */
  match(method: string, path: string): RouteTemplate | null {
    return find(this.#root, splitPath(path), 0, method)
  }
}

/** The segments between slashes; a slash at the end is a segment of its own, and empty. */
export function splitPath(path: string): readonly string[] {
  return (path.startsWith('/') ? path.slice(1) : path).split('/')
}

interface RouteNode {
  readonly literals: Map<string, RouteNode>
  /** Segments with both literal text and parameters, in the order of their addition. */
  readonly mixed: { readonly text: string; readonly pattern: RegExp; readonly node: RouteNode }[]
  parameter: RouteNode | null
  /** The path of each template that ends here, by method. */
  readonly routes: Map<string, string>
}

function createNode(): RouteNode {
  return { literals: new Map(), mixed: [], parameter: null, routes: new Map() }
}

function descend(node: RouteNode, segment: string): RouteNode {
  if (!segment.includes('{')) return ensure(node.literals, segment)
  if (/^\{[^{}]*\}$/.test(segment)) {
    node.parameter ??= createNode()
    return node.parameter
  }
  const text = segment.replace(/\{[^{}]*\}/g, '{}')
  const known = node.mixed.find((mixed) => mixed.text === text)
  if (known !== undefined) return known.node
  const literal = (part: string) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const pattern = new RegExp(`^${text.split('{}').map(literal).join('[^/]+?')}$`)
  const mixed = { text, pattern, node: createNode() }
  node.mixed.push(mixed)
  return mixed.node
}

function ensure(children: Map<string, RouteNode>, key: string): RouteNode {
  let child = children.get(key)
  if (child === undefined) {
    child = createNode()
    children.set(key, child)
  }
  return child
}

/** Literal before mixed before parameter, at the first segment where templates differ. */
function find(
  node: RouteNode,
  segments: readonly string[],
  depth: number,
  method: string,
): RouteTemplate | null {
  if (depth === segments.length) {
    const own = node.routes.get(method)
    if (own !== undefined) return { method, path: own }
    const any = node.routes.get('*')
    return any === undefined ? null : { method: '*', path: any }
  }
  const segment = segments[depth]!
  const literal = node.literals.get(segment)
  if (literal !== undefined) {
    const found = find(literal, segments, depth + 1, method)
    if (found !== null) return found
  }
  for (const mixed of node.mixed) {
    const found = mixed.pattern.test(segment) ? find(mixed.node, segments, depth + 1, method) : null
    if (found !== null) return found
  }
  if (node.parameter === null || segment === '') return null
  return find(node.parameter, segments, depth + 1, method)
}

function hasBalancedBraces(path: string): boolean {
  return !/[{}]/.test(path.replace(/\{[^{}/]*\}/g, ''))
}
