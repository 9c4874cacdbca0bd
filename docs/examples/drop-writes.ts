// Replays only what changes nothing, so that a candidate may work on a copy of production's data that
// is to stay as it is. Logins are writes too, and have to pass for what follows them to work.
//
//     rehearsal … --output-http http://candidate --script drop-writes.ts
import type { RequestExchange, ScriptRequest } from 'rehearsal/script'

const readers = new Set(['GET', 'HEAD', 'OPTIONS'])

export function request({ request }: RequestExchange): ScriptRequest | null {
  if (readers.has(request.method) || request.path === '/login') return request
  return null
}
