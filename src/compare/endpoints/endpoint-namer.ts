// The endpoint of a request, by the first that knows it: the operator's routes, an OpenAPI
// document, what was learnt; else the path with its identifiers masked.
import { isIdentifier, joinKey, parameterKey, readPathKeys } from './path-trie.ts'
import type { RouteMatcher } from './route-matcher.ts'

export interface EndpointNamerOptions {
  /** In the order in which they are asked. */
  readonly matchers: readonly RouteMatcher[]
  /** Names in all; requests that would get a further one are `otherEndpoint`. */
  readonly endpointsMax: number
}

/** Where requests are put once there are too many endpoints. */
export const otherEndpoint = 'other'

/** The same request has the same name in any order of requests, up to the ceiling. */
export class EndpointNamer {
  readonly #options: EndpointNamerOptions
  readonly #names = new Set<string>()

  constructor(options: EndpointNamerOptions) {
    this.#options = options
  }

  /** `GET /orders/{id}`, with the action behind it where there is one. */
  name(method: string, path: string, action: string | null): string {
    const template = this.#find(method, path) ?? maskPath(path)
    const name = action === null ? `${method} ${template}` : `${method} ${template} ${action}`
    if (this.#names.has(name)) return name
    if (this.#names.size >= this.#options.endpointsMax) return otherEndpoint
    this.#names.add(name)
    return name
  }

  #find(method: string, path: string): string | null {
    for (const matcher of this.#options.matchers) {
      const found = matcher.match(method, path)
      if (found !== null) return found.path
    }
    return null
  }
}

/** The path with its identifiers as parameters. */
export function maskPath(path: string): string {
  return readPathKeys(path).reduce(
    (masked, key) => joinKey(masked, isIdentifier(key) ? parameterKey : key),
    '',
  )
}
