// docs/metrics.md, the dashboard and the alert rules name the metrics that there are, and the
// document all of them.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import type { MetricsSnapshot } from '../src/model/metrics-snapshot.ts'
import { listMetrics } from '../src/report/metrics.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const snapshot: MetricsSnapshot = {
  at: 1,
  startedAt: 0,
  ledger: { at: '1970-01-01T00:00:00.000Z', captured: 0, sources: [], outputs: [] },
  arrivals: [],
  queuedBytes: [],
  answerTimes: [],
  comparison: { exchanges: {}, labels: {}, verdict: 'undecided', findings: {} },
}
const exported = new Map(listMetrics(snapshot, '1').map(({ name, type }) => [name, type]))

/** `a_{b,c}_d` is `a_b_d` and `a_c_d`. */
function expand(name: string): readonly string[] {
  const [, before, choices, after] = /^([^{]*)\{([\w,]+)\}(.*)$/.exec(name) ?? []
  if (choices === undefined) return [name]
  return choices.split(',').map((choice) => `${before}${choice}${after}`)
}

/** Metrics that a text names: our own, without the suffixes of a histogram's parts. */
function listNames(text: string): ReadonlySet<string> {
  const found = text.match(/\brehearsal_[a-z0-9_]*(\{[\w,]+\}[a-z0-9_]*)?/g) ?? []
  return new Set(found.flatMap(expand).map(withoutSuffix))
}

function withoutSuffix(name: string): string {
  const family = name.replace(/_(bucket|sum|count)$/, '')
  return exported.get(family) === 'histogram' ? family : name
}

/** Values of a key, wherever it stands. */
function listValues(value: unknown, key: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    name === key && typeof inner === 'string' ? [inner] : listValues(inner, key),
  )
}

test('docs/metrics.md names all metrics that are exported, and no others', () => {
  const table = read('docs/metrics.md')
    .match(/^\| .*$/gm)!
    .join('\n')
  assert.deepEqual([...listNames(table)].sort(), [...exported.keys()].sort())
  for (const name of listNames(read('docs/metrics.md'))) assert.ok(exported.has(name), name)
})

test('dashboard and rules name metrics that are exported, and records that are made', () => {
  const rules: unknown = parse(read('deploy/prometheus/rules.yml'))
  const dashboard: unknown = JSON.parse(read('deploy/grafana/rehearsal.json'))
  const records = new Set(listValues(rules, 'record'))
  const texts = [rules, dashboard].flatMap((value) =>
    ['expr', 'query', 'definition', 'description'].flatMap((key) => listValues(value, key)),
  )
  assert.ok(texts.length > 30)
  for (const text of texts) {
    for (const name of listNames(text)) assert.ok(exported.has(name), `${name} in ${text}`)
    for (const record of text.match(/\brehearsal:[\w:]+/g) ?? []) assert.ok(records.has(record))
  }
})
