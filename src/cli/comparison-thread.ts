// The comparing thread: redacts and compares exchanges, counts them, keeps the run in its folder.

import { parentPort, workerData } from 'node:worker_threads'
import type { RulesEditor } from '../app/rules-editor.ts'
import { mapValues } from '../base/map-values.ts'
import type { JoinedExchange } from '../compare/join/exchange-joiner.ts'
import { defaultReaskBookOptions } from '../compare/join/reask-book.ts'
import { progressOf } from '../compare/judge/comparison-progress.ts'
import { defaultJudgeOptions, judgeRun } from '../compare/judge/judge-run.ts'
import { lostShareOf } from '../compare/judge/lost-share.ts'
import { type ComparedExchange, ComparisonRun } from '../compare/run/comparison-run.ts'
import { defaultEndpointFinderOptions } from '../compare/run/endpoint-finder.ts'
import { SeriesCounter } from '../compare/run/series-counter.ts'
import type { RoleAnswer } from '../model/comparison.ts'
import type { LedgerSnapshot } from '../model/ledger-snapshot.ts'
import type { ExchangeId, Message } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { Rule } from '../model/rule.ts'
import type { RunWriter, StoredAnswer } from '../model/run-store.ts'
import { openRunWriter } from '../store/io/run-writer.ts'
import type {
  ComparisonThreadOptions,
  FromComparison,
  RunReading,
  ToComparison,
} from './comparison-thread-protocol.ts'
import { realWorld } from './real-world.ts'
import { planRedaction } from './redaction.ts'
import { openRules, readToday, rulesIn } from './run-rules.ts'

/** How often counts are put into the store, and the verdict so far is told. */
const reportMillis = 1_000

const options = workerData as ComparisonThreadOptions
const { stored: redactor } = planRedaction(options.flags, options.redactKey)
const redact = redactor ?? ((message: Message) => message)
const run = new ComparisonRun({
  endpoints: {
    ...defaultEndpointFinderOptions,
    routes: options.routes,
    actionParameters: options.actionParameters,
  },
  comparer: { headers: options.headers, hosts: options.hosts },
  reask: options.mayReask ? defaultReaskBookOptions : null,
  random: realWorld.random,
  // Exchanges come redacted already.
  redactTarget: (target) => target,
})
const series = new SeriesCounter()
const targets = new Set(options.targets)
let rules: RulesEditor
let ledger: LedgerSnapshot | null = null
let unjoined = 0

function post(message: FromComparison): void {
  parentPort!.postMessage(message)
}

function take(exchanges: readonly JoinedExchange[], writer: RunWriter): void {
  const reask: ExchangeId[] = []
  for (const exchange of exchanges) {
    for (const compared of run.push(redactExchange(exchange))) settle(compared, writer, reask)
  }
  post({ kind: 'seen', count: exchanges.length, reask })
}

function settle(compared: ComparedExchange, writer: RunWriter, reask: ExchangeId[]): void {
  const { exchange, comparison, keep } = compared
  if (compared.reask) reask.push(comparison.exchange)
  for (const point of series.add(comparison)) writer.putSeries(point)
  if (keep === null) return
  writer.putExchange({
    ...keep,
    exchange: comparison.exchange,
    endpoint: comparison.endpoint,
    at: comparison.at,
    label: comparison.label,
    weight: comparison.weight,
    request: exchange.request.payload,
    answers: mapValues(exchange.answers, storeAnswer),
    comparison,
  })
}

function storeAnswer(answer: RoleAnswer): StoredAnswer {
  if (answer.kind === 'failed') return { bytes: null, failure: answer.reason, latency: 0 }
  const { payload, duration } = answer.response
  return { bytes: payload, failure: null, latency: duration }
}

/** What a secret stands for is the same in all answers, so that nothing is lost to comparing. */
function redactExchange(exchange: JoinedExchange): JoinedExchange {
  return {
    ...exchange,
    request: redact(exchange.request),
    answers: mapValues(exchange.answers, redactAnswer),
    ...(exchange.sent && { sent: mapValues(exchange.sent, redact) }),
  }
}

function redactAnswer(answer: RoleAnswer): RoleAnswer {
  return answer.kind === 'failed' ? answer : { ...answer, response: redact(answer.response) }
}

/** Puts what has changed, and tells the verdict so far. */
async function report(writer: RunWriter): Promise<void> {
  writer.putEndpoints(run.tally.summary(), run.tally.takeChanged())
  const lostShare = readLostShare()
  if (ledger !== null) writer.putLedger(ledger, lostShare)
  const tally = run.tally.tally()
  const { gates } = defaultJudgeOptions
  const verdict = judgeRun(tally, {
    rules: await readRules(),
    today: readToday(),
    lostShare,
    gates,
  })
  writer.putVerdict(verdict)
  post({ kind: 'verdict', verdict, progress: progressOf(tally, verdict) })
}

/** As they are in the file at this moment, by which all who look at the run judge it. */
async function readRules(): Promise<readonly Rule[]> {
  const before = rules.trouble()
  await rules.catchUp()
  const trouble = rules.trouble()
  if (trouble !== null && trouble !== before) complain(`${trouble}; the rules before hold on`)
  return rules.rules()
}

function complain(text: string): void {
  process.stderr.write(`rehearsal: ${text}\n`)
}

function readLostShare(): number {
  if (ledger === null) return 0
  const { captured } = ledger
  const share = captured === 0 ? 0 : unjoined / captured
  return Math.min(1, lostShareOf(ledger, targets) + share)
}

/** Beside the comparing: what is stored is read over a connection of its own. */
async function read(reading: RunReading, { reader, flush }: RunWriter): Promise<unknown> {
  switch (reading.what) {
    case 'tally':
      return run.tally.tally()
    case 'lost-share':
      return readLostShare()
    case 'exchanges':
      // What was counted already points to them, and they may not be on disk yet.
      await flush()
      return await reader.exchanges(reading.ids)
    case 'find-exchanges':
      return await reader.findExchanges(reading.query)
    case 'series':
      return await reader.series(reading.from)
  }
}

/** What cannot be read (a full disk, the end of the run) fails no more than the page that asked. */
function answerReading(number: number, reading: RunReading, writer: RunWriter): void {
  read(reading, writer).then(
    (value) => post({ kind: 'read', number, value }),
    () => post({ kind: 'read', number, value: null }),
  )
}

async function handle(message: ToComparison, writer: RunWriter): Promise<void> {
  switch (message.kind) {
    case 'exchanges':
      return take(message.exchanges, writer)
    case 'reasked':
      return run.answerReask(message.id, message.role, redactAnswer(message.answer))
    case 'ledger':
      ledger = message.ledger
      unjoined = message.unjoined
      return
    case 'read':
      return answerReading(message.number, message.reading, writer)
    case 'finish': {
      const reask: ExchangeId[] = []
      for (const compared of run.finish()) settle(compared, writer, reask)
      post({ kind: 'seen', count: 0, reask })
      return post({ kind: 'finished' })
    }
    case 'end':
      for (const point of series.finish()) writer.putSeries(point)
      await report(writer)
      await writer.close()
      return post({ kind: 'ended' })
  }
}

async function main(): Promise<void> {
  rules = await openRules(rulesIn(options.folder))
  const writer = await openRunWriter(options.folder, options.info, {
    onTrouble: complain,
  })
  post({ kind: 'ready' })
  let handling = Promise.resolve()
  const timer = setInterval(() => {
    handling = handling.then(() => report(writer))
  }, reportMillis)
  parentPort!.on('message', (message: ToComparison) => {
    if (message.kind === 'end') clearInterval(timer)
    // In their order, one after the other; a failure ends the thread, and the run with it.
    handling = handling.then(() => handle(message, writer))
    if (message.kind === 'end') void handling.then(() => parentPort!.close())
  })
}

try {
  await main()
} catch (error) {
  if (!(error instanceof OperatorError)) throw error
  post({ kind: 'failed', code: error.code, what: error.message, hint: error.hint })
}
