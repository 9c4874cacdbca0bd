// `--compare`: reads its flags, gives outputs their roles, and starts the thread that compares.

import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { ComparisonObserver, type ExchangeSink } from '../app/comparison-observer.ts'
import type { CopyOutput } from '../app/copy.ts'
import { hashFraction } from '../base/hash.ts'
import { threadEntry } from '../base/thread-entry.ts'
import { defaultActionParameters } from '../compare/endpoints/action-name.ts'
import { readOpenApiRoutes } from '../compare/endpoints/openapi-routes.ts'
import { parseRouteTemplate, type RouteTemplate } from '../compare/endpoints/route-matcher.ts'
import { reaskCount } from '../compare/join/reask-book.ts'
import type { ByRole, Role } from '../model/comparison.ts'
import type { LedgerSnapshot } from '../model/ledger-snapshot.ts'
import type { Message } from '../model/message.ts'
import type { ComparisonProgress } from '../model/metrics-snapshot.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { RunVerdict } from '../model/verdict.ts'
import { isSafeRequest } from '../protocol/http1/safe-request.ts'
import { parseTargetUrl } from '../replay/target-url.ts'
import { parseLimited } from '../shape/limit.ts'
import type {
  ComparisonThreadOptions,
  FromComparison,
  ToComparison,
} from './comparison-thread-protocol.ts'
import { detachAnswer, detachExchange } from './detached-exchange.ts'
import type { FlagValues } from './flags.ts'
import { type LiveReader, LiveReadings } from './live-readings.ts'
import { realWorld } from './real-world.ts'
import { parseDuration } from './units.ts'

/** A target that is compared: an output of that name. */
export interface ComparedTarget {
  readonly name: string
  readonly role: Exclude<Role, 'production'>
  /** As the operator wrote it. */
  readonly url: string
  /** Only these are put to it; null for all. */
  readonly takes: ((message: Message) => boolean) | null
}

export interface PlannedComparison {
  readonly targets: readonly ComparedTarget[]
  /** Who is asked, without credentials. */
  readonly addresses: ByRole<string>
  /** How a target gets a request, where values are put in for it. */
  sent(target: string, request: Message): void
  /** Starts the thread; fails with an operator error where the folder cannot be used. */
  open(outputs: readonly CopyOutput[], inputs: readonly string[]): Promise<RunningComparison>
}

export interface RunningComparison {
  readonly observer: ComparisonObserver
  /** Puts the ledger into the run. */
  ledger(ledger: LedgerSnapshot): void
  /** As it was told last; null before the first. */
  verdict(): RunVerdict | null
  /** As above. */
  progress(): ComparisonProgress | null
  /** What the run has come to so far. */
  readonly live: LiveReader
  /** Stores what is left; the verdict of the run. */
  end(ledger: LedgerSnapshot): Promise<RunVerdict | null>
}

/** Null where nothing is compared. */
export async function planComparison(
  flags: FlagValues,
  redactKey: Uint8Array,
): Promise<PlannedComparison | null> {
  const folder = flags.compare
  if (folder === undefined) return refuseOthers(flags)
  const targets = planTargets(flags)
  const options = await readOptions(flags, targets)
  let running: ComparisonObserver | null = null
  const addresses = Object.fromEntries(targets.map(({ role, url }) => [role, withoutUser(url)]))
  return {
    ...{ targets, addresses },
    sent: (target, request) => running?.sent(target, request),
    open: async (outputs, inputs) => {
      const info = {
        startedAt: realWorld.now(),
        endedAt: null,
        program: process.env.npm_package_version ?? '',
        inputs,
        targets: addresses,
        redact: flags.redact,
      }
      const opened = await openComparison(
        { ...options, folder, info, redactKey },
        flags,
        targets,
        outputs,
      )
      running = opened.observer
      return opened
    },
  }
}

const ofComparing = [
  'baseline-http',
  'baseline-repeat',
  'route',
  'openapi',
  'action-param',
  'compare-header',
] as const

function refuseOthers(flags: FlagValues): null {
  for (const flag of ofComparing) {
    if (flags[flag] === undefined) continue
    throw new OperatorError(
      'bad-flag',
      `--${flag} needs --compare FOLDER`,
      'add it, or leave both out',
    )
  }
  return null
}

function planTargets(flags: FlagValues): readonly ComparedTarget[] {
  const [candidate] = flags['output-http'] ?? []
  const [first, second, third] = flags['baseline-http'] ?? []
  if (candidate === undefined) {
    const hint = 'add --output-http URL: the release that is to be tried'
    throw new OperatorError('no-target', '--compare has no candidate', hint)
  }
  if (third !== undefined) {
    const what = '--baseline-http is given more than twice'
    throw new OperatorError('bad-flag', what, 'give it once, or twice to tell chance')
  }
  const share = readShare(flags['baseline-repeat'])
  if (share !== null && (first === undefined || second !== undefined)) {
    const hint = 'give --baseline-http once with it'
    throw new OperatorError('bad-flag', '--baseline-repeat needs one baseline', hint)
  }
  const isRepeated = (message: Message) =>
    isSafeRequest(message.payload) && hashFraction(`again ${message.id}`) < share!
  const targets: ComparedTarget[] = [
    { name: candidate, role: 'candidate', url: candidate, takes: null },
  ]
  const add = (role: ComparedTarget['role'], url: string, takes: ComparedTarget['takes']) =>
    targets.push({ name: `${role} ${url}`, role, url, takes })
  if (first !== undefined) add('baseline', first, null)
  if (second !== undefined) add('baseline2', second, null)
  if (first !== undefined && share !== null) add('baseline2', first, isRepeated)
  return targets
}

function readShare(text: string | undefined): number | null {
  if (text === undefined) return null
  const percent = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1])
  if (percent > 0 && percent <= 100) return percent / 100
  const what = `--baseline-repeat '${text}' is no share`
  throw new OperatorError('bad-share', what, 'write 10% for a tenth of the safe requests')
}

async function readOptions(flags: FlagValues, targets: readonly ComparedTarget[]) {
  const routes = (flags.route ?? []).map(readRoute)
  const documents = await Promise.all((flags.openapi ?? []).map(readOpenApi))
  return {
    routes: [routes, ...documents],
    actionParameters: flags['action-param'] ?? defaultActionParameters,
    headers: (flags['compare-header'] ?? []).map((name) => name.toLowerCase()),
    hosts: Object.fromEntries(
      targets.map(({ role, url }) => [role, parseTargetUrl(parseLimited(url).address).host]),
    ),
    targets: targets.map(({ name }) => name),
    mayReask: targets.some(({ role }) => role === 'baseline'),
    flags,
  }
}

function readRoute(text: string): RouteTemplate {
  const route = parseRouteTemplate(text)
  if (route !== null) return route
  const what = `--route '${text}' is no endpoint`
  throw new OperatorError('bad-route', what, "write 'GET /users/{id}' or /users/{id}")
}

async function readOpenApi(path: string): Promise<readonly RouteTemplate[]> {
  const { parse: parseYaml } = await import('yaml')
  let routes: readonly RouteTemplate[]
  try {
    // YAML contains JSON.
    routes = readOpenApiRoutes(parseYaml(readFileSync(path, 'utf8')))
  } catch (error) {
    const [what] = (error as Error).message.split('\n')
    throw new OperatorError(
      'bad-openapi',
      `cannot read --openapi ${path}: ${what}`,
      'check the file',
    )
  }
  if (routes.length > 0) return routes
  const what = `--openapi ${path} names no operations`
  throw new OperatorError('bad-openapi', what, 'give an OpenAPI 3 or Swagger 2 document')
}

/** Credentials of a URL are not kept. */
function withoutUser(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//')
}

/** Beside the time-out of targets, for what is on its way between threads. */
const joinWait = 2_000_000
const joinBytesMax = 128 * 1024 * 1024
/** For answers to what is asked again, at the end of a run. */
const lastReasksMillis = 10_000

async function openComparison(
  options: ComparisonThreadOptions,
  flags: FlagValues,
  targets: readonly ComparedTarget[],
  outputs: readonly CopyOutput[],
): Promise<RunningComparison> {
  const thread = await startThread(options)
  const find = (role: Role) =>
    targets
      .filter((target) => target.role === role)
      .flatMap(({ name }) => outputs.find(({ output }) => output.name === name) ?? [])
  const second = targets.find(({ role }) => role === 'baseline2')
  const observer = new ComparisonObserver({
    world: realWorld,
    joiner: {
      roles: new Map(targets.map(({ name, role }) => [name, role])),
      isAskedTwice: second === undefined ? () => false : (second.takes ?? (() => true)),
      hasProduction: flags['input-raw'] !== undefined,
      waitMax:
        2 * parseDuration('output-http-timeout', flags['output-http-timeout'] ?? '5s') + joinWait,
      waitingBytesMax: joinBytesMax,
    },
    sink: thread.sink,
    candidate: find('candidate')[0]!,
    baselines: [...find('baseline'), ...find('baseline2')],
    reaskCount,
  })
  thread.onSeen((count, reask) => {
    observer.seen(count)
    for (const id of reask) observer.askAgain(id)
  })
  const ledger = (snapshot: LedgerSnapshot) =>
    thread.post({ kind: 'ledger', ledger: snapshot, unjoined: observer.counts().shed })
  return {
    observer,
    ledger,
    verdict: thread.verdict,
    progress: thread.progress,
    live: thread.live,
    end: async (last) => {
      ledger(last)
      await thread.end()
      return thread.verdict()
    },
  }
}

interface ComparisonThread {
  readonly sink: ExchangeSink
  post(message: ToComparison): void
  onSeen(listener: (count: number, reask: readonly Message['id'][]) => void): void
  verdict(): RunVerdict | null
  readonly live: LiveReader
  progress(): ComparisonProgress | null
  end(): Promise<void>
}

async function startThread(options: ComparisonThreadOptions): Promise<ComparisonThread> {
  const worker = new Worker(threadEntry('comparison-thread', import.meta.url), {
    workerData: options,
  })
  const [ready, finished, ended] = [newStep(), newStep(), newStep()]
  let told: Extract<FromComparison, { kind: 'verdict' }> | null = null
  let onSeen: (count: number, reask: readonly Message['id'][]) => void = () => {}
  let open = 0
  const settled = { wake: () => {} }
  const readings = new LiveReadings((message) => worker.postMessage(message))
  const fail = (error: Error) => {
    for (const step of [ready, finished, ended]) step.reject(error)
    readings.end()
  }
  worker.on('message', (message: FromComparison) => {
    if (message.kind === 'failed') {
      fail(new OperatorError(message.code, message.what, message.hint))
    } else if (message.kind === 'seen') {
      open += message.reask.length * reaskCount * 2
      onSeen(message.count, message.reask)
    } else if (message.kind === 'verdict') told = message
    else if (message.kind === 'read') readings.answered(message.number, message.value)
    else ({ ready, finished, ended })[message.kind].resolve()
  })
  // A crash of the thread is a bug: the run ends with it, and says so.
  worker.on('error', fail)
  const post = (message: ToComparison) => worker.postMessage(message)
  await ready.promise
  return {
    post,
    onSeen: (listener) => {
      onSeen = listener
    },
    verdict: () => told?.verdict ?? null,
    progress: () => told?.progress ?? null,
    live: readings.reader,
    sink: {
      exchanges: (exchanges) =>
        post({ kind: 'exchanges', exchanges: exchanges.map(detachExchange) }),
      reasked: (id, role, answer) => {
        open -= 1
        post({ kind: 'reasked', id, role, answer: detachAnswer(answer) })
        if (open === 0) settled.wake()
      },
      finish: async () => {
        post({ kind: 'finish' })
        await finished.promise
        if (open === 0) return
        await new Promise<void>((resolve) => {
          settled.wake = resolve
          setTimeout(resolve, lastReasksMillis).unref()
        })
      },
    },
    end: async () => {
      post({ kind: 'end' })
      await ended.promise
      readings.end()
    },
  }
}

function newStep(): PromiseWithResolvers<void> {
  const step = Promise.withResolvers<void>()
  // Whoever waits for it hears of the failure; nobody has to.
  step.promise.catch(() => {})
  return step
}
