// `rehearsal capacity`: reads its command line, opens the traffic and the threads that send, runs
// the search, and prints how many times normal traffic the candidate bears.
import { exitCodeOf, runCapacityReport } from '../app/capacity-report.ts'
import { buildTraffic } from '../app/capacity-traffic.ts'
import { type RecordedTraffic, requestFlags } from '../capacity/recorded-traffic.ts'
import { defaultSlo, parseExpectation, parseSlo } from '../capacity/slo.ts'
import type { GeneratorCeiling } from '../model/capacity.ts'
import type { Micros } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import { parseTargetUrl } from '../replay/target-url.ts'
import { formatLost, formatReport } from '../report/capacity-text.ts'
import { openReportFolder, writeCapacityFiles } from '../report/io/capacity-files.ts'
import { createIssuedReader } from '../shape/correlate-issued.ts'
import { type CapacityFlags, capacityGroups } from './capacity-flags.ts'
import { createThreadedGenerator, type ThreadedGenerator } from './capacity-generator.ts'
import { createProgressPrinter } from './capacity-progress.ts'
import { type CapacitySource, planSource, readLiveOptions } from './capacity-source.ts'
import { formatGroups, readFlags } from './flag-reader.ts'
import { isZero } from './flag-values.ts'
import { checkAgainstSink } from './generator-check.ts'
import { refuseLoops } from './loop-guard.ts'
import { guard } from './planned-output.ts'
import { realWorld } from './real-world.ts'
import { say } from './say.ts'
import { refuseDeadTarget } from './target-check.ts'
import { createTargetDial } from './target-dial.ts'
import { refusePublicTarget } from './target-guard.ts'
import { parseCount, parseCountOrZero, parseDuration, parsePercent } from './units.ts'

/** Answers the exit code: 0 it holds, 1 it does not, 3 not known; an operator error is thrown. */
export async function runCapacity(args: readonly string[]): Promise<0 | 1 | 3> {
  const table = Object.assign({}, ...capacityGroups.map((group) => group.flags))
  const flags = readFlags(args, table) as CapacityFlags
  if (flags.help === true || args.length === 0) {
    process.stdout.write(help)
    return 0
  }
  const plan = readPlan(flags)
  const planned = await planSource(flags)
  const targets = [plan.candidate, ...(plan.baseline === null ? [] : [plan.baseline])]
  const guarded = await Promise.all(targets.map((url) => guard(url, parseTargetUrl(url).endpoint)))
  for (const target of guarded) refusePublicTarget(target, flags['allow-target'] ?? [])
  if (flags['allow-loop'] !== true) refuseLoops(planned.guarded, guarded)
  const dial = createTargetDial(flags)
  const stop = stopOnSignals()
  const source = await planned.open(stop, async () => {
    if (flags.report !== undefined) await openReportFolder(flags.report)
    await Promise.all(targets.map((url) => refuseDeadTarget(dial, url, plan.timeout / 1_000)))
  })
  try {
    return await search(flags, { ...plan, isLive: planned.isLive }, source, stop)
  } finally {
    source.close()
  }
}

type CapacityPlan = ReturnType<typeof readPlan> & { readonly isLive: boolean }

function readPlan(flags: CapacityFlags) {
  const [candidate, ...more] = flags['output-http'] ?? []
  if (candidate === undefined || more.length > 0) {
    throw new OperatorError(
      'no-target',
      'capacity loads one candidate',
      'give one --output-http http://candidate, and the other release as --baseline-http',
    )
  }
  readLiveOptions(flags)
  const sloText = flags.slo ?? defaultSlo
  const { expect } = flags
  const trials = flags['long-trials'] ?? '2'
  return {
    candidate,
    baseline: flags['baseline-http'] ?? null,
    sloText,
    slo: parseSlo(sloText),
    expected: expect === undefined ? null : { text: expect, level: parseExpectation(expect) },
    levelMax: parseLevel(flags.max ?? '50x'),
    shortTrial: parseTrial('trial', flags.trial ?? '10s'),
    longTrial: parseTrial('long-trial', flags['long-trial'] ?? '40s'),
    longTrials: parseCountOrZero('long-trials', trials),
    checkTime: parseCheckTime(flags['generator-check'] ?? '600ms'),
    timeMax: parseDuration('max-time', flags['max-time'] ?? '15m'),
    precision: parsePercent('precision', flags.precision ?? '5%') / 100,
    lanes: parseWorkers(flags.workers ?? '1'),
    connectionsMax: parseCount('connections-max', flags['connections-max'] ?? '16384'),
    timeout: parseDuration('output-http-timeout', flags['output-http-timeout'] ?? '5s'),
    amplifyWrites: flags['amplify-writes'] ?? false,
    compress: flags.compress ?? false,
    correlates: flags.correlate ?? false,
  }
}

async function search(
  flags: CapacityFlags,
  plan: CapacityPlan,
  source: CapacitySource,
  stop: AbortSignal,
): Promise<0 | 1 | 3> {
  const readIssued = plan.correlates ? createIssuedReader() : null
  const traffic = buildTraffic(source.messages, { readIssued })
  checkTraffic(traffic)
  if (plan.correlates) checkSessions(traffic, plan.amplifyWrites)
  if (source.cut) say('the recording is longer than what is kept of it: its beginning is used')
  for (const line of formatLost(source)) say(line)
  const ceiling = await tryGenerator(flags, plan, traffic)
  const folder = flags.report
  const open: ThreadedGenerator[] = []
  const openTarget = (target: string) => {
    const { lanes, connectionsMax, timeout } = plan
    const share = Math.max(1, Math.floor(connectionsMax / lanes))
    const parts = { traffic, lanes, target, flags, timeout, connectionsMax: share }
    const generator = createThreadedGenerator(parts)
    open.push(generator)
    return { name: target, generator }
  }
  const progress = createProgressPrinter(flags.quiet === true)
  try {
    const report = await runCapacityReport({
      ...plan,
      ...{ ceiling, lost: source.lost },
      ...{ world: realWorld, traffic, stop, trouble: () => source.trouble() },
      candidate: openTarget(plan.candidate),
      baseline: plan.baseline === null ? null : openTarget(plan.baseline),
      onProgress: progress.tell,
    })
    progress.end()
    process.stdout.write(`${formatReport(report)}\n`)
    if (folder !== undefined) {
      await writeCapacityFiles(folder, report)
      say(`report: ${folder}/capacity.html, capacity.json`)
    }
    return exitCodeOf(report)
  } finally {
    progress.end()
    await Promise.all(open.map((generator) => generator.close()))
  }
}

async function tryGenerator(
  flags: CapacityFlags,
  { checkTime, lanes, isLive }: CapacityPlan,
  traffic: RecordedTraffic,
): Promise<GeneratorCeiling | null> {
  if (checkTime === 0) return null
  const check = { traffic, flags, lanes, duration: checkTime, isGentle: isLive }
  return await checkAgainstSink(check)
}

const requestsMin = 20
const spanMin: Micros = 1_000_000

function checkTraffic({ count, duration }: RecordedTraffic): void {
  if (count >= requestsMin && duration >= spanMin) return
  throw new OperatorError(
    'too-little-traffic',
    `${count} HTTP requests in ${(duration / 1e6).toFixed(1)} s are no normal traffic`,
    'record some minutes of it: rehearsal --input-raw :80 --output-file traffic.gor',
  )
}

/** Correlation learns from production's answers, and a copy that may not log in has no session. */
function checkSessions({ answerLength, flags }: RecordedTraffic, amplifiesWrites: boolean): void {
  if (answerLength.every((length) => length === 0)) {
    throw new OperatorError(
      'no-responses',
      "--correlate needs production's answers, and the recording has none",
      'record with --input-raw-track-response, or leave --correlate out',
    )
  }
  const logins = requestFlags.opensSession | requestFlags.unsafe
  if (amplifiesWrites || flags.every((bits) => (bits & logins) !== logins)) return
  throw new OperatorError(
    'needs-amplify-writes',
    '--correlate: sessions begin with a POST here, and copies are not sent any',
    'add --amplify-writes, so that each copy logs in by itself',
  )
}

function parseLevel(text: string): number {
  const level = Number(/^(\d+(?:\.\d+)?)x?$/i.exec(text)?.[1])
  if (level >= 1 && level <= 100_000) return level
  throw new OperatorError('bad-level', `--max '${text}' is no level`, 'write 50x')
}

const trialMin: Micros = 500_000
const trialMax: Micros = 900_000_000

function parseTrial(flag: string, text: string): Micros {
  const duration = parseDuration(flag, text)
  if (duration >= trialMin && duration <= trialMax) return duration
  const what = `--${flag} '${text}' is no length of a trial`
  throw new OperatorError('bad-trial', what, 'write 500ms, 10s or at most 15m')
}

const checkTimeMax: Micros = 10_000_000

/** 0: no check. */
function parseCheckTime(text: string): Micros {
  if (isZero(text)) return 0
  const time = parseDuration('generator-check', text)
  if (time >= 200_000 && time <= checkTimeMax) return time
  const what = `--generator-check '${text}' is no length of a check`
  throw new OperatorError('bad-check', what, 'write 1s, at least 200ms and at most 10s, or 0')
}

/** Beyond, threads cost more than they send. */
const workersMax = 64

function parseWorkers(text: string): number {
  const workers = parseCount('workers', text)
  if (workers <= workersMax) return workers
  throw new OperatorError(
    'bad-workers',
    `--workers ${workers} is more than the ${workersMax} that make sense`,
    'give one for each processor that can be spared',
  )
}

function stopOnSignals(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(130)
      say(`${signal}: ending with what is known (once more: end at once)`)
      stop.abort()
    })
  }
  return stop.signal
}

const help = `rehearsal capacity: how many times normal traffic a release bears

  rehearsal capacity --input-file traffic.gor --output-http http://candidate
  sudo rehearsal capacity --input-raw :80 --output-http http://candidate

Plays 1x first, then more of the recorded traffic until the candidate is too slow, fails, falls
behind or answers otherwise than at 1x. Exit code 0: it holds, 1: it does not, 3: that is not known.
docs/capacity.md has the rest.

${formatGroups(capacityGroups)}
`
