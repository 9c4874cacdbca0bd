// What a request asks for where its path does not tell: a GraphQL operation, a JSON-RPC method, or
// an action parameter.

/** The parts of a request that may name its action. */
export interface ActionRequest {
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** Lower case, without parameters; empty where there is none. */
  readonly contentType: string
  /** Decoded; null where it is no text, or too long to be looked at. */
  readonly body: string | null
}

/** Parameters that name an action unless the operator says otherwise. */
export const defaultActionParameters: readonly string[] = ['action', 'cmd', 'method', 'op']

/** `graphql:GetUser`, `rpc:eth_call`, `action=list`; null where the path says all. */
export function readAction(
  request: ActionRequest,
  actionParameters: readonly string[] = defaultActionParameters,
): string | null {
  const { target, contentType, body } = request
  const question = target.indexOf('?')
  const query = new URLSearchParams(question < 0 ? '' : target.slice(question + 1))
  const document = query.get('query')
  if (document !== null && looksLikeGraphql(document)) {
    return nameGraphql(document, query.get('operationName'))
  }
  if (body !== null && contentType === 'application/graphql') return nameGraphql(body, null)
  if (body !== null && /\bjson$/.test(contentType)) {
    const action = readJsonAction(body)
    if (action !== null) return action
  }
  const isForm = body !== null && contentType === 'application/x-www-form-urlencoded'
  const form = new URLSearchParams(isForm ? body : '')
  for (const name of actionParameters) {
    const value = query.get(name) ?? form.get(name)
    // What has the form of a value names no action, and would make endpoints without end.
    if (value !== null && /^[A-Za-z][\w.-]{0,63}$/.test(value)) return `${name}=${value}`
  }
  return null
}

/** Requests of one batch that are looked at. */
const batchMax = 10

function readJsonAction(body: string): string | null {
  if (!/"(?:query|jsonrpc|operationName)"/.test(body)) return null
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return null
  }
  if (!Array.isArray(parsed)) return nameJson(parsed)
  const names = new Set(parsed.slice(0, batchMax).map(nameJson))
  names.delete(null)
  return names.size === 0 ? null : [...names].sort().join('+')
}

function nameJson(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null
  const { query, operationName, jsonrpc, method } = value as Record<string, unknown>
  if (typeof jsonrpc === 'string' && typeof method === 'string') return `rpc:${method}`
  if (typeof query === 'string' && looksLikeGraphql(query)) {
    return nameGraphql(query, typeof operationName === 'string' ? operationName : null)
  }
  return typeof operationName === 'string' ? `graphql:${operationName}` : null
}

function looksLikeGraphql(document: string): boolean {
  return /^(?:[\s,]|#[^\n]*)*(?:\{|query\b|mutation\b|subscription\b|fragment\b)/.test(document)
}

/** The operation that is run, by name; without one, by its first field. */
function nameGraphql(document: string, operationName: string | null): string {
  if (operationName !== null && operationName !== '') return `graphql:${operationName}`
  const code = document.replace(/#[^\n]*/g, '').replace(/"(?:\\.|[^"\\])*"/g, '""')
  const operation = /\b(?:query|mutation|subscription)\s+([_A-Za-z]\w*)/.exec(code)
  if (operation !== null) return `graphql:${operation[1]}`
  const field = /\{\s*(?:\w+\s*:\s*)?([_A-Za-z]\w*)/.exec(code)
  return `graphql:{${field?.[1] ?? ''}}`
}
