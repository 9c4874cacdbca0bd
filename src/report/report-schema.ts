// The schema of the report as JSON, to be published and to be checked against.
import { z } from 'zod'
import { findingStates } from '../model/verdict.ts'

const count = z.int().nonnegative()
const micros = z.number().describe('microseconds; since the Unix epoch where a time is meant')
const counts = z.record(z.string(), count)
const role = z.enum(['production', 'baseline', 'baseline2', 'candidate'])
const outcome = z.enum(['pass', 'fail', 'undecided'])
const state = z.enum(findingStates)
const text = z.string().nullable()

const byRole = <T extends z.ZodType>(schema: T) => z.partialRecord(role, schema)

const answer = z.strictObject({
  status: z.int().nullable(),
  failure: text.describe('why there is no answer'),
  latency: micros,
  bodyBytes: count,
})

const finding = z.strictObject({
  id: z.string().describe('endpoint, path and kind: the same in every run'),
  endpoint: z.string(),
  path: z.string(),
  kind: z.string(),
  state,
  label: z.string(),
  shown: count.describe('exchanges of the endpoint that show it'),
  exchanges: count,
  evidence: z.number().nullable().describe('natural logarithm of the e-value; null: beyond number'),
  reasked: z.strictObject({ confirmed: count, refuted: count }),
  example: z.string(),
  classes: z.string(),
  when: text.describe('what the exchanges that show it have in common'),
  why: z.string(),
  examples: z.array(z.string()).describe('ids of exchanges'),
  consequenceOf: text,
  rule: text.describe('the rule that accepted it'),
  pairs: z.array(
    z.strictObject({ from: text, to: text, fromClass: z.string(), toClass: z.string(), count }),
  ),
  labels: counts,
  samples: z.array(
    z.strictObject({
      exchange: z.string(),
      at: micros,
      curl: z.string(),
      values: byRole(text),
      answers: byRole(answer),
    }),
  ),
})

const ratio = z.strictObject({ ratio: z.number(), low: z.number(), high: z.number(), pairs: count })

const endpoint = z.strictObject({
  endpoint: z.string(),
  exchanges: count,
  same: count,
  changed: count,
  drift: count,
  unstable: count,
  confirmed: count.describe('findings'),
  suspected: count.describe('findings'),
  failures: z.strictObject({ candidateOnly: count, baselineOnly: count }),
  latency: byRole(
    z.strictObject({
      count,
      p50: micros,
      p95: micros,
      p99: micros,
      quantiles: z.array(z.tuple([z.number(), micros])),
    }),
  ),
  ratio: ratio.nullable().describe('the candidate over what it is held against'),
  control: ratio.nullable().describe('the second answer of the baseline over its first'),
  sizes: z
    .strictObject({
      byRole: byRole(z.number().describe('geometric mean, in bytes')),
      ratio: ratio.nullable().describe('the candidate over what it is held against'),
      control: ratio.nullable().describe('the second answer of the baseline over its first'),
    })
    .describe('of decoded bodies'),
})

const drift = z.strictObject({
  exchanges: count,
  entities: z.array(
    z.strictObject({
      endpoint: z.string(),
      path: z.string(),
      exchanges: count,
      samples: z.array(
        z.looseObject({ target: z.string(), at: z.string(), production: text, staging: text }),
      ),
    }),
  ),
})

const noise = z.strictObject({
  rule: z.string(),
  hits: count.describe('differences held to it: one for each exchange and place'),
  places: count,
  hides: z
    .array(
      z.strictObject({
        endpoint: z.string(),
        path: z.string(),
        kind: z.string(),
        exchanges: count,
      }),
    )
    .describe('places at which it lets pass what would be confirmed without it'),
  warning: text,
})

const run = z.strictObject({
  startedAt: micros,
  endedAt: micros.nullable(),
  program: z.string(),
  inputs: z.array(z.string()),
  targets: byRole(z.string()),
})

const traffic = z.strictObject({
  exchanges: count,
  firstAt: micros.nullable(),
  lastAt: micros.nullable(),
  mode: z.enum(['baseline-twice', 'baseline', 'production', 'incomparable']),
  modes: counts,
  orphans: count,
  omitted: count,
  lostShare: z.number().min(0).max(1),
})

const point = z.strictObject({
  at: micros,
  seconds: count,
  role,
  requests: count,
  errors: count,
  p50: micros.nullable(),
  p95: micros.nullable(),
  p99: micros.nullable(),
})

/** What `rehearsal report --format json` writes. */
export const reportSchema: z.ZodType = z
  .strictObject({
    version: z.literal(1).describe('grows when the shape changes'),
    run,
    traffic,
    verdict: outcome,
    proves: z.string(),
    gates: z.array(z.strictObject({ name: z.string(), outcome, why: z.string() })),
    causes: z.array(
      z.strictObject({
        title: z.string(),
        state,
        findings: z.array(z.string()),
        endpoints: count,
        shown: count,
      }),
    ),
    findings: z.array(finding),
    findingsOmitted: count,
    endpoints: z.array(endpoint),
    drift,
    rules: z.array(z.strictObject({ rule: z.string(), hits: count, warning: text })),
    noise: z.array(noise).describe('classes of noise, and what values were held to for it'),
    series: z.array(point),
  })
  .describe('Rehearsal: what a run came to')

/** The schema as JSON (draft 2020-12). */
export function reportJsonSchema(): unknown {
  return z.toJSONSchema(reportSchema)
}
