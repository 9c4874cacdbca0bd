// The operations of an OpenAPI document (3.x, or Swagger 2.0) as route templates.
import type { RouteTemplate } from './route-matcher.ts'

/** Reads a parsed document; operations without a path that begins with a slash are left out. */
export function readOpenApiRoutes(document: unknown): readonly RouteTemplate[] {
  const { paths } = asRecord(document)
  const prefixes = readPrefixes(asRecord(document))
  return Object.entries(asRecord(paths)).flatMap(([path, item]) => {
    if (!path.startsWith('/')) return []
    const methods = Object.keys(asRecord(item)).filter((key) => operations.has(key))
    return prefixes.flatMap((prefix) =>
      methods.map((method) => ({ method: method.toUpperCase(), path: `${prefix}${path}` })),
    )
  })
}

const operations = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'])

/** Paths of the servers, without a slash at the end; their variables are parameters. */
function readPrefixes(document: Readonly<Record<string, unknown>>): readonly string[] {
  if (typeof document.basePath === 'string') return [trimSlash(document.basePath)]
  const servers = Array.isArray(document.servers) ? document.servers : []
  const urls = servers
    .map((server) => asRecord(server).url)
    .filter((url) => typeof url === 'string')
  const prefixes = urls.map((url) => trimSlash(url.replace(/^[a-z+.-]+:\/\/[^/]*/i, '')))
  return prefixes.length === 0 ? [''] : [...new Set(prefixes)]
}

function trimSlash(path: string): string {
  return path.replace(/\/+$/, '')
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
