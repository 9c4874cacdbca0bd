// Production and the candidate issue tokens of their own. This script learns which token of the
// candidate stands for which of production's, from the answers to the same login, and puts it into
// later requests. (--correlate does that for all kinds of values; a script can where it cannot.)
//
//     rehearsal … --output-http http://candidate --script rewrite-tokens.ts
import type { ReplayedExchange, RequestExchange, ScriptRequest } from 'rehearsal/script'

const tokensMax = 10_000

/** The candidate's token by production's. */
const tokens = new Map<string, string>()

export function replayed({ response, replayed }: ReplayedExchange): void {
  const issued = response?.cookie('token') ?? null
  const own = replayed.cookie('token')
  if (issued === null || own === null) return
  tokens.set(issued, own)
  const [oldest] = tokens.keys()
  if (tokens.size > tokensMax && oldest !== undefined) tokens.delete(oldest)
}

export function request({ request }: RequestExchange): ScriptRequest {
  const inCookie = tokens.get(request.cookie('token') ?? '')
  const inQuery = tokens.get(request.query('token') ?? '')
  let changed = request
  if (inCookie !== undefined) changed = changed.withCookie('token', inCookie)
  if (inQuery !== undefined) changed = changed.withQuery('token', inQuery)
  return changed
}
