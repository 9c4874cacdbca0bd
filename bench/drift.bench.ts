// Real drift: GitHub's API, recorded again and again from 2017 to 2024. Each recording is held
// against the one before with nothing but the two answers, as production against a candidate; what
// the recordings' authors normalized away by hand is drift, what they kept is a change.

import { hashFraction } from '../src/base/hash.ts'
import { AliasTable } from '../src/compare/alias-table.ts'
import { compareAnswers } from '../src/compare/answer-differences.ts'
import { CanonicalAnswer } from '../src/compare/canonical-answer.ts'
import { ExchangeComparer } from '../src/compare/exchange-comparer.ts'
import type { AnsweredExchange, Attribution, DifferenceKind } from '../src/model/comparison.ts'
import type { ConnectionId, ExchangeId, Message } from '../src/model/message.ts'
import {
  type RecordedExchange,
  type Recording,
  readRecordings,
} from './support/recorded-fixtures.ts'

const differencesMax = 100_000

const valueKinds: ReadonlySet<DifferenceKind> = new Set([
  'value',
  'header',
  'order',
  'element-changed',
])

interface Counts {
  recordings: number
  differences: number
  drift: number
  driftShown: number
  real: number
  realShown: number
  structural: number
  structuralShown: number
}

interface Shown {
  readonly scenario: string
  readonly attribution: Attribution
}

function main(): void {
  const recordings = readRecordings(console.log)
  const pairs = pairUp(recordings)
  const halves = Map.groupBy(pairs, ([, { scenario }]) => isHeldOut(scenario))
  if (!measure('all', pairs)) process.exitCode = 1
  measure('tuned on, half of the scenarios', halves.get(false) ?? [])
  measure('held out, the other half', halves.get(true) ?? [])
}

type Pairs = readonly (readonly [Recording, Recording])[]

/** Prints figures beside their targets; false where one misses. */
function measure(title: string, pairs: Pairs): boolean {
  const counts: Counts = {
    recordings: 0,
    differences: 0,
    drift: 0,
    driftShown: 0,
    real: 0,
    realShown: 0,
    structural: 0,
    structuralShown: 0,
  }
  const driftShown: Shown[] = []
  const structuralHidden: Shown[] = []
  for (const [before, after] of pairs) {
    counts.recordings++
    compareRecordings(before, after, counts, driftShown, structuralHidden)
  }
  return print(title, counts, driftShown, structuralHidden)
}

/**
 * By the scenario's name, so that all recordings of one are on one side. The rules were made with
 * all recordings at hand: from here on, what is changed for a figure is to be seen on one half, and
 * to hold on the other.
 */
function isHeldOut(scenario: string): boolean {
  return hashFraction(scenario) < 0.5
}

/** Each recording of a scenario with the one before it. */
function pairUp(recordings: readonly Recording[]): readonly (readonly [Recording, Recording])[] {
  const last = new Map<string, Recording>()
  const pairs: [Recording, Recording][] = []
  for (const recording of recordings) {
    const before = last.get(recording.scenario)
    if (before?.digest === recording.digest) continue
    if (before !== undefined && before.normalized.length === recording.normalized.length) {
      pairs.push([before, recording])
    }
    last.set(recording.scenario, recording)
  }
  return pairs
}

function compareRecordings(
  before: Recording,
  after: Recording,
  counts: Counts,
  driftShown: Shown[],
  structuralHidden: Shown[],
): void {
  const comparer = new ExchangeComparer({ differencesMax })
  const setUps = [before, after].map(({ raw }) => raw.filter(({ isSetUp }) => isSetUp))
  const kept = [before, after].map(({ raw }) => raw.filter(({ isSetUp }) => !isSetUp))
  // The comparer sees the set-up too, in its place, as it would in a session.
  if (setUps[0]!.length === setUps[1]!.length) {
    const [first, other] = [setUps[0]![0], setUps[1]![0]]
    if (first !== undefined && other !== undefined) comparer.compare(exchangeOf(first, other))
  }
  kept[0]!.forEach((production, index) => {
    const candidate = kept[1]![index]
    const [here, there] = [before.normalized[index], after.normalized[index]]
    if (candidate === undefined || here === undefined || there === undefined) return
    const oracle = changedPlaces(here, there)
    for (const attribution of comparer.compare(exchangeOf(production, candidate)).attributions) {
      const isReal = isChanged(oracle, attribution.at)
      const isShown = attribution.rule === null || !attribution.holds
      const isStructural = !valueKinds.has(attribution.kind)
      counts.differences++
      counts[isReal ? 'real' : 'drift']++
      if (isShown) counts[isReal ? 'realShown' : 'driftShown']++
      if (isReal && isStructural) counts.structural++
      if (isReal && isStructural && isShown) counts.structuralShown++
      const shown = {
        scenario: `${after.scenario} ${before.release} ${after.release}`,
        attribution,
      }
      if (isShown && !isReal) driftShown.push(shown)
      if (!isShown && isReal) structuralHidden.push(shown)
    }
  })
}

/** Where the two differ although their authors normalized them. */
function changedPlaces(here: RecordedExchange, there: RecordedExchange): ReadonlySet<string> {
  const answers = [here, there].map(
    (recorded) => new CanonicalAnswer(payloadOf(recorded), recorded.method, 1 << 25),
  ) as [CanonicalAnswer, CanonicalAnswer]
  const { found } = compareAnswers(answers[0], answers[1], {
    context: {
      atFrom: 0,
      atTo: 0,
      sharesData: true,
      aliases: new AliasTable(1),
      resource: '',
      creates: false,
      expected: () => undefined,
      hostFrom: '',
      hostTo: '',
    },
    isUnordered: () => false,
    differencesMax,
    headers: new Set(),
  })
  return new Set(found.map(({ at }) => at))
}

/** The place itself, or what contains it. */
function isChanged(oracle: ReadonlySet<string>, at: string): boolean {
  if (oracle.has(at)) return true
  for (let end = at.length - 1; end > 0; end--) {
    if ((at[end] === '.' || at[end] === '[') && oracle.has(at.slice(0, end))) return true
  }
  return false
}

function exchangeOf(production: RecordedExchange, candidate: RecordedExchange): AnsweredExchange {
  return {
    request: requestOf(production),
    sent: { candidate: requestOf(candidate) },
    answers: {
      production: { kind: 'answered', response: responseOf(production) },
      candidate: { kind: 'answered', response: responseOf(candidate) },
    },
    session: 'recording',
    endpoint: `${production.method} ${production.path}`,
  }
}

function requestOf(recorded: RecordedExchange): Message {
  const text = `${recorded.method} ${recorded.path} HTTP/1.1\r\nHost: api.github.com\r\n\r\n`
  return messageOf('request', Buffer.from(text), 0)
}

function responseOf(recorded: RecordedExchange): Message {
  const date = recorded.headers.find(([name]) => name === 'date')?.[1]
  return messageOf('response', payloadOf(recorded), Date.parse(date ?? '') * 1_000)
}

function messageOf(kind: 'request' | 'response', payload: Uint8Array, at: number): Message {
  const [id, connection] = ['1' as ExchangeId, '1' as ConnectionId]
  return { kind, id, connection, sequence: 0, at, duration: 0, payload }
}

function payloadOf({ status, headers, body }: RecordedExchange): Uint8Array {
  const lines = headers
    .filter(([name]) => !/^(content-length|transfer-encoding|content-encoding)$/.test(name))
    .map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} \r\n${lines.join('')}\r\n`), body])
}

function print(
  title: string,
  counts: Counts,
  driftShown: readonly Shown[],
  hidden: readonly Shown[],
): boolean {
  const shown = counts.realShown + counts.driftShown
  const percent = (part: number, all: number) => `${((100 * part) / all).toFixed(2)} %`
  const { drift, structural, structuralShown } = counts
  const precision = counts.realShown / shown
  const figures: readonly (readonly [string, string, target: string, isMet: boolean])[] = [
    [
      'drift still shown',
      percent(counts.driftShown, drift),
      '≤ 0.40 %',
      counts.driftShown <= drift * 0.004,
    ],
    [
      'structure and status kept',
      percent(structuralShown, structural),
      '100 %',
      structuralShown === structural,
    ],
    ['precision', precision.toFixed(3), '≥ 0.940', precision >= 0.94],
    ['changes explained, listed', String(counts.real - counts.realShown), '', true],
  ]
  console.log(
    `${title}: ${counts.recordings} re-recordings, ${counts.differences} differing fields: ` +
      `${drift} drift, ${counts.real} changes (${structural} of structure and status)`,
  )
  for (const [name, value, target, isMet] of figures) {
    const told = target === '' ? '' : `target ${target.padEnd(8)} ${isMet ? 'met' : 'GAP'}`
    console.log(`${name.padEnd(26)} ${value.padStart(9)}   ${told}`.trimEnd())
  }
  if (process.argv.includes('--list')) {
    list('drift still shown', driftShown)
    list('changes explained', hidden)
  }
  return figures.every(([, , , isMet]) => isMet)
}

function list(title: string, all: readonly Shown[]): void {
  console.log(`\n${title}`)
  const groups = new Map<string, { count: number; first: Shown }>()
  for (const shown of all) {
    const { path, kind, rule } = shown.attribution
    const key = `${path.replace(/.*\.(?=\w+\.\w+$)/, '…')} ${kind} ${rule ?? '-'}`
    const group = groups.get(key) ?? { count: 0, first: shown }
    group.count++
    groups.set(key, group)
  }
  for (const [key, { count, first }] of [...groups].sort((a, b) => b[1].count - a[1].count)) {
    const { production, candidate } = first.attribution.values
    console.log(
      `${String(count).padStart(5)} ${key}: ${production} -> ${candidate}  (${first.scenario})`,
    )
  }
}

main()
