// Real drift: GitHub's API, recorded again and again from 2017 to 2024. Each recording is held
// against the one before with nothing but the two answers, as production against a candidate; what
// the recordings' authors normalized away by hand is drift, what they kept is a change.

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
  for (const [before, after] of pairUp(recordings)) {
    counts.recordings++
    compareRecordings(before, after, counts, driftShown, structuralHidden)
  }
  print(counts, driftShown, structuralHidden)
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

function print(counts: Counts, driftShown: readonly Shown[], hidden: readonly Shown[]): void {
  const shown = counts.realShown + counts.driftShown
  const percent = (part: number, all: number) => `${((100 * part) / all).toFixed(2)} %`
  const { drift, structural, structuralShown } = counts
  const lines: readonly (readonly [name: string, value: string, target: string])[] = [
    ['drift still shown', percent(counts.driftShown, drift), '≤ 0.40 %'],
    ['structure and status kept', percent(structuralShown, structural), '100 %'],
    ['precision', (counts.realShown / shown).toFixed(3), '≥ 0.940'],
    ['changes explained, listed', String(counts.real - counts.realShown), ''],
  ]
  console.log(
    `${counts.recordings} re-recordings, ${counts.differences} differing fields: ${drift} drift, ` +
      `${counts.real} changes (${structural} of structure and status)`,
  )
  for (const [name, value, target] of lines) {
    console.log(
      `${name.padEnd(26)} ${value.padStart(9)}   ${target && `target ${target}`}`.trimEnd(),
    )
  }
  if (!process.argv.includes('--list')) return
  list('drift still shown', driftShown)
  list('changes explained', hidden)
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
