// One run for the console, live or finished: what is stored is judged anew under the rules that
// the page has changed.
import { type JudgeOptions, judgeRun } from '../compare/judge/judge-run.ts'
import { modeOf } from '../compare/judge/modes.ts'
import { nameRule } from '../compare/judge/rules.ts'
import type { Label } from '../model/comparison.ts'
import type {
  ConsoleRun,
  EndpointRow,
  ReaskView,
  RulesView,
  RunOverview,
  StressViews,
  VerdictView,
} from '../model/console.ts'
import type { LedgerSnapshot } from '../model/ledger-snapshot.ts'
import type { Micros } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { Rule } from '../model/rule.ts'
import type { RunInfo, RunReader, SeriesPoint, StoredExchange } from '../model/run-store.ts'
import type { Counts, RunTally } from '../model/run-tally.ts'
import type { Finding, FindingState, RunVerdict } from '../model/verdict.ts'
import { isSafeRequest } from '../protocol/http1/safe-request.ts'
import { openCauses } from '../report/open-causes.ts'
import { viewCauses } from './causes-view.ts'
import { rowOfEndpoint, viewEndpoint } from './endpoint-views.ts'
import { viewExchange } from './exchange-view.ts'
import type { RulesEditor } from './rules-editor.ts'

export interface ConsoleRunParts {
  readonly id: string
  readonly name: string
  readonly info: () => Promise<RunInfo>
  readonly live: boolean
  readonly now: () => Micros
  readonly ledger: () => Promise<LedgerSnapshot | null>
  readonly series: (from: Micros) => Promise<readonly SeriesPoint[]>
  /** Null where nothing is compared: then the ledger is all there is. */
  readonly compared: ComparedParts | null
  readonly capacity: () => Promise<StressViews>
}

export interface ComparedParts {
  readonly reader: Pick<RunReader, 'exchanges' | 'findExchanges'>
  readonly tally: () => Promise<RunTally>
  /** All but rules and day. */
  readonly judging: () => Promise<Omit<JudgeOptions, 'rules' | 'today'>>
  readonly today: () => string
  readonly rules: RulesEditor
  readonly reask: ((exchange: StoredExchange) => Promise<ReaskView>) | null
}

/** A live run is counted and judged anew after so long, however many pages are open. */
const judgedAgeMax: Micros = 2_000_000

interface Judged {
  readonly at: Micros
  readonly revision: number
  readonly tally: RunTally
  readonly verdict: RunVerdict
  /** By endpoint. */
  readonly findings: ReadonlyMap<string, readonly Finding[]>
  rows: readonly EndpointRow[] | null
}

/** All of a run that pages ask for; what was judged is kept until something changes. */
export function createConsoleRun(parts: ConsoleRunParts): ConsoleRun {
  const { compared } = parts
  const judge = compared === null ? null : keepJudged(parts, compared)
  const read = async (id: string) => (await compared?.reader.exchanges([id]))?.[0] ?? null
  const findingsOf = (judged: Judged, name: string) => judged.findings.get(name) ?? []
  return {
    id: parts.id,
    overview: async () => describeRun(parts, (await judge?.()) ?? null),
    series: parts.series,
    causes: async () => viewCauses((await judge?.())?.verdict ?? noVerdict),
    endpoints: async () => {
      const judged = await judge?.()
      if (judged === undefined) return []
      judged.rows ??= judged.tally.endpoints.map((endpoint) =>
        rowOfEndpoint(endpoint, findingsOf(judged, endpoint.endpoint)),
      )
      return judged.rows
    },
    endpoint: async (name) => {
      const judged = await judge?.()
      const tally = judged?.tally.endpoints.find(({ endpoint }) => endpoint === name)
      if (judged === undefined || tally === undefined) return null
      return viewEndpoint(tally, findingsOf(judged, name))
    },
    findExchanges: async (query) =>
      (await compared?.reader.findExchanges(query)) ?? { total: 0, entries: [] },
    exchange: async (id) => {
      const stored = await read(id)
      const { targets } = await parts.info()
      return stored === null ? null : viewExchange(stored, targets.candidate ?? null)
    },
    rules: async () => viewRules(compared?.rules ?? null, (await judge?.()) ?? null),
    changeRules:
      compared === null
        ? null
        : async (change) => {
            await compared.rules.change(change, compared.today())
            return viewRules(compared.rules, await judge!())
          },
    reask:
      compared?.reask == null
        ? null
        : async (id, confirmed) => {
            const stored = await read(id)
            if (stored === null) return null
            if (!confirmed && !isSafeRequest(stored.request)) throw unconfirmed()
            return await compared.reask!(stored)
          },
    capacity: parts.capacity,
  }
}

function unconfirmed(): OperatorError {
  return new OperatorError(
    'unsafe-request',
    'this request may change data at baseline and candidate',
    'confirm that it is to be replayed',
  )
}

/** One judgement at a time; the same for all who ask at once. */
function keepJudged(
  { live, now }: ConsoleRunParts,
  compared: ComparedParts,
): () => Promise<Judged> {
  let kept: Promise<Judged> | null = null
  let keptFor = { at: 0, revision: -1 }
  return async () => {
    await compared.rules.catchUp()
    const revision = compared.rules.revision()
    const isOld = live && now() - keptFor.at >= judgedAgeMax
    if (kept !== null && !isOld && keptFor.revision === revision) return await kept
    const before = kept
    keptFor = { at: now(), revision }
    kept = judgeAnew(compared, keptFor, live ? null : before)
    // What failed is tried again by the next who asks.
    kept.catch(() => {
      kept = null
    })
    return await kept
  }
}

async function judgeAnew(
  { tally, judging, rules, today }: ComparedParts,
  { at, revision }: { readonly at: Micros; readonly revision: number },
  before: Promise<Judged> | null,
): Promise<Judged> {
  // A finished run's counts stay as they are.
  const counted = (await before)?.tally ?? (await tally())
  const options = { ...(await judging()), rules: rules.rules(), today: today() }
  const verdict = judgeRun(counted, options)
  const findings = Map.groupBy(verdict.findings, ({ endpoint }) => endpoint)
  return { at, revision, tally: counted, verdict, findings, rows: null }
}

const noVerdict = { causes: [], findings: [], drift: { exchanges: 0, entities: [] } }

async function describeRun(parts: ConsoleRunParts, judged: Judged | null): Promise<RunOverview> {
  const { id, name, live, compared } = parts
  const labels: Partial<Record<Label, number>> = {}
  for (const endpoint of judged?.tally.endpoints ?? []) {
    for (const [label, count] of Object.entries(endpoint.labels) as [Label, number][]) {
      labels[label] = (labels[label] ?? 0) + count
    }
  }
  return {
    id,
    name,
    info: await parts.info(),
    live,
    at: parts.now(),
    mode: judged === null || judged.tally.exchanges === 0 ? null : modeOf(judged.tally),
    verdict: judged === null ? null : viewVerdict(judged.verdict),
    ledger: await parts.ledger(),
    exchanges: judged?.tally.exchanges ?? 0,
    labels,
    endpoints: judged?.tally.endpoints.length ?? 0,
    canReask: compared?.reask != null,
    canRule: compared !== null,
  }
}

/** Causes that come along with the overview; the page of causes has all of them. */
const causesMax = 5

function viewVerdict(judged: RunVerdict): VerdictView {
  const { verdict, proves, gates, findings } = judged
  const counts: Partial<Record<FindingState, number>> = {}
  for (const { state } of findings) counts[state] = (counts[state] ?? 0) + 1
  // It is told each second: without the findings of each, of which there may be thousands.
  const open = openCauses(judged)
  const causes = open.slice(0, causesMax).map(({ title, shown }) => ({ title, shown }))
  return {
    ...{ verdict, proves, gates, causes },
    causeCount: open.length,
    findings: counts as Counts,
  }
}

function viewRules(editor: RulesEditor | null, judged: Judged | null): RulesView {
  const rules: readonly Rule[] = editor?.rules() ?? []
  return {
    file: editor?.path ?? null,
    trouble: editor?.trouble() ?? null,
    rules,
    uses:
      judged?.verdict.rules ??
      rules.map((rule) => ({ rule: nameRule(rule), hits: 0, warning: null })),
    noise: judged?.verdict.noise ?? [],
    undoable: editor?.undoable() ?? 0,
    verdict: judged?.verdict.verdict ?? null,
    revision: editor?.revision() ?? 0,
  }
}
