// `--output-http` and `--output-binary`: requests are replayed to a target.

import type { CopyOutput } from '../app/copy.ts'
import type { CorrelatedTarget } from '../app/correlated-target.ts'
import { askingRank } from '../compare/join/asking-order.ts'
import type { Message, Micros } from '../model/message.ts'
import type { Outcome, PrepareRequest } from '../model/outcome.ts'
import type { Output } from '../model/output.ts'
import { createDial } from '../network/io/tcp-client.ts'
import { createBinaryOutput } from '../replay/binary-output.ts'
import { createHttpOutput } from '../replay/http-output.ts'
import { parseTargetUrl } from '../replay/target-url.ts'
import { setsHost } from '../shape/http-rules.ts'
import { parseLimited } from '../shape/limit.ts'
import type { ComparedTarget } from './comparison.ts'
import { isZero } from './flag-values.ts'
import type { FlagValues } from './flags.ts'
import {
  guard,
  type OutputPlan,
  type PlannedOutput,
  parseEndpoint,
  route,
} from './planned-output.ts'
import { realWorld } from './real-world.ts'
import type { PlannedShaping } from './shaping.ts'
import { createTargetDial } from './target-dial.ts'
import { parseCount, parseCountOrZero, parseDuration, parseSize } from './units.ts'

/** Reads the URL and what is sent there; an unknown host is refused. */
export async function planHttpOutput(text: string, plan: OutputPlan): Promise<PlannedOutput> {
  const compared = plan.shaping.comparison?.targets.find(({ name }) => name === text) ?? null
  return await planTarget(text, plan, compared, [])
}

/** The baselines of a comparison; a repeated one shares what is known of the sessions there. */
export async function planBaselines(plan: OutputPlan): Promise<readonly PlannedOutput[]> {
  const targets = plan.shaping.comparison?.targets ?? []
  const shared: Shared[] = []
  const planned: PlannedOutput[] = []
  for (const target of targets) {
    if (target.role === 'candidate') continue
    planned.push(await planTarget(target.url, plan, target, shared))
  }
  return planned
}

interface Shared {
  readonly url: string
  readonly correlated: CorrelatedTarget
}

async function planTarget(
  text: string,
  plan: OutputPlan,
  compared: ComparedTarget | null,
  shared: Shared[],
): Promise<PlannedOutput> {
  const { flags, shaping } = plan
  const { address, limit } = parseLimited(text)
  const target = parseTargetUrl(address)
  const marks = flags['no-mark'] !== true
  const edit = {
    host: flags['http-original-host'] === true || setsHost(flags) ? null : target.host,
    pathPrefix: target.pathPrefix,
    mark: marks ? { name: 'X-Rehearsal', value: '1' } : null,
    copyMark: marks ? 'X-Rehearsal-Copy' : null,
  }
  const isTracked = flags['output-http-track-response'] === true && shaping.outcomes !== null
  const redirects = flags['output-http-redirects'] ?? '0'
  const common = {
    ...readLimits(plan),
    ...{ target, edit, world: realWorld, dial: createTargetDial(flags) },
    timeout: readTimeout('output-http-timeout', flags),
    redirectsMax: parseCountOrZero('output-http-redirects', redirects),
    ...(isTracked ? { onTunnel: shaping.outcomes.tellTunnel } : {}),
  }
  const tell = shaping.outcomes?.tell
  const make = (name: string, account: HttpAccount): Output => {
    const known = shared.find(({ url }) => url === text)?.correlated
    const correlated = known ?? shaping.correlation?.target(name)
    if (correlated === undefined) {
      return createHttpOutput({ ...common, name, account, ...(tell && { onOutcome: tell }) })
    }
    const prepare = watchRewrites(correlated.prepare, name, compared, shaping)
    if (known !== undefined) {
      return createHttpOutput({
        ...common,
        name,
        account,
        prepare,
        ...(tell && { onOutcome: tell }),
      })
    }
    shared.push({ url: text, correlated })
    const onOutcome = (outcome: Outcome) => {
      correlated.outcome(outcome)
      tell?.(outcome)
    }
    const listeners = { prepare, onOutcome, onRedirect: correlated.redirected }
    return correlated.around(createHttpOutput({ ...common, name, account, ...listeners }))
  }
  const name = compared?.name ?? text
  const guarded = [await guard(text, target.endpoint)]
  if (compared === null) return { guarded, make: route(name, 'output-http', limit, plan, make) }
  const prepare = inTurn(compared.role)
  const planned = route(name, 'output-http', limit, plan, make, { prepare })
  return { guarded, make: (ledger) => withChoice(planned(ledger), compared) }
}

/** Tells the comparison of requests that values were put into. */
function watchRewrites(
  prepare: PrepareRequest,
  name: string,
  compared: ComparedTarget | null,
  { comparison }: PlannedShaping,
): PrepareRequest {
  if (compared === null || comparison === null) return prepare
  return (request, last) => {
    const prepared = prepare(request, last)
    if (prepared !== null && prepared !== request) comparison.sent(name, prepared)
    return prepared
  }
}

/** Those that the comparison wants to be put there alone. */
function withChoice(output: CopyOutput, { takes }: ComparedTarget): CopyOutput {
  if (takes === null) return output
  const { limiter } = output
  return {
    ...output,
    limiter: (message, now) => (takes(message) ? (limiter?.(message, now) ?? 1) : 0),
  }
}

/** Farther apart than timers are exact, so that whose turn it is comes first. */
const turnMicros = 2_000

/** Those that are compared are asked one shortly after the other, in an order by chance. */
function inTurn(role: ComparedTarget['role']): (message: Message) => Message {
  return (message) => {
    const due = message.due ?? realWorld.now()
    return { ...message, due: due + askingRank(message.id, role) * turnMicros }
  }
}

type HttpAccount = Parameters<typeof createHttpOutput>[0]['account']

/** Reads the address; an unknown host is refused. */
export async function planBinaryOutput(text: string, plan: OutputPlan): Promise<PlannedOutput> {
  const { flags, shaping } = plan
  const { address, limit } = parseLimited(text)
  const endpoint = parseEndpoint('output-binary', address)
  const isTracked = flags['output-binary-track-response'] === true && shaping.outcomes !== null
  const common = {
    ...readLimits(plan),
    ...{ endpoint, world: realWorld, dial: createDial(plain) },
    timeout: readTimeout('output-binary-timeout', flags),
    ...(isTracked ? { onOutcome: shaping.outcomes.tell } : {}),
  }
  const make = (name: string, account: BinaryAccount) =>
    createBinaryOutput({ ...common, name, account })
  const guarded = [await guard(text, endpoint)]
  return { guarded, make: route(text, 'output-binary', limit, plan, make) }
}

type BinaryAccount = Parameters<typeof createBinaryOutput>[0]['account']

/** No TLS is spoken, so nothing of it can fail. */
const plain = { skipVerify: false, context: null, onTlsError: () => {} }

/** The longest that a request may be without a fate: it waits for three things, one by one. */
export function readLongestFate(flags: FlagValues): Micros {
  const [http, binary] = [flags['output-http'], flags['output-binary']]
  const timeouts = [
    http === undefined ? 0 : readTimeout('output-http-timeout', flags),
    binary === undefined ? 0 : readTimeout('output-binary-timeout', flags),
  ]
  return 3 * Math.max(...timeouts)
}

/** For a turn to be sent, for a connection, and for an answer. */
function readTimeout(flag: 'output-http-timeout' | 'output-binary-timeout', flags: FlagValues) {
  return parseDuration(flag, flags[flag] ?? '5s')
}

const connectionsFlag = 'output-http-connections-max'
const responseFlag = 'output-http-response-buffer'

function readLimits({ flags, queueBytesMax }: { flags: FlagValues; queueBytesMax: number }) {
  const response = flags[responseFlag] ?? '0'
  return {
    connectionsMax: parseCount(connectionsFlag, flags[connectionsFlag] ?? '4096'),
    responseBytesMax: parseSize(responseFlag, isZero(response) ? '5mb' : response),
    queueBytesMax,
  }
}
