// The shape of `capacity.json`, as a check and as a JSON schema for other programs.
import { z } from 'zod'
import type { CapacityReport } from '../model/capacity.ts'

const count = z.int().min(0)
const share = z.number().min(0).max(1)
const latency = z.object({ p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() })
const reason = z.enum([
  ...(['p99', 'errors', 'completed', 'backlog', 'differences', 'refused', 'hard-errors'] as const),
])
const pair = z.tuple([z.number(), z.number()]).readonly()

const endpoint = z.object({
  endpoint: z.string(),
  ...{ offered: count, answered: count, errors: count, slow: count, latency },
})

const trial = z.object({
  kind: z.enum(['first', 'short', 'long']),
  level: z.number().describe('times normal'),
  seconds: z.number(),
  offered: count,
  rate: z.number().describe('requests due a second'),
  answered: count,
  throughput: z.number().describe('answers a second'),
  errors: count,
  statuses: z.record(z.string(), count),
  fromDue: latency.describe('microseconds from when requests were due: judged'),
  service: latency.describe('microseconds from when requests were sent: shown'),
  differing: z.number().nullable(),
  backlogGrowth: z.number(),
  generator: z.object({
    ...{ lateP99: z.number(), loopLagP99: z.number(), busy: z.number(), exhausted: count },
  }),
  endpoints: z.array(endpoint).readonly(),
  verdict: z.enum(['holds', 'breaks', 'limited']),
  reasons: z.array(reason).readonly(),
  histograms: z
    .object({ fromDue: z.string(), service: z.string() })
    .describe("HdrHistogram's compressed V2 encoding, base64"),
})

const answer = z.object({
  kind: z.enum(['bears', 'at-least', 'generator-bound', 'none']),
  level: z.number().describe('times normal; 0 for none'),
  rate: z.number(),
  bracket: z.tuple([z.number(), z.number().nullable()]).readonly(),
  confirmedBy: z.object({ trials: count, seconds: z.number() }),
  ended: z.enum(['time', 'interrupted', 'trouble', 'not-recovered']).nullable(),
  endedWhy: z.string().nullable(),
})

const target = z.object({
  target: z.string(),
  answer,
  gaveWay: z
    .object({
      endpoint: z.string().nullable(),
      ...{ reasons: z.array(reason).readonly(), level: z.number(), p99: pair, errors: pair },
    })
    .nullable(),
  recovery: z
    .object({ level: z.number(), seconds: z.number().nullable(), metastable: z.boolean() })
    .nullable(),
  trials: z.array(trial).readonly(),
  limits: z.object({ p99: z.number(), errors: share, differing: share }),
})

const report = z.object({
  version: z.literal(1),
  startedAt: z.string(),
  seconds: z.number(),
  normal: z.object({
    rate: z.number(),
    ...{ requests: count, sessions: count, seconds: z.number(), distinct: share },
    shape: z.enum(['superposed', 'compressed']),
    ...{ writesAmplified: z.boolean(), writes: share },
    lost: z
      .record(z.string(), count)
      .optional()
      .describe("what the recording misses, by the ledger's reasons"),
  }),
  generator: z
    .object({
      rate: z.number().describe('requests a second that the generator could send'),
      reached: z.boolean().describe('false: it may be able to send more'),
      headroom: z.number().nullable().describe("times what the candidate's answer took"),
    })
    .nullable()
    .optional(),
  slo: z.string(),
  candidate: target,
  baseline: target.nullable(),
  ratio: z.number().nullable(),
  expected: z.string().nullable(),
  expectation: z.enum(['holds', 'fails', 'undecided']).nullable(),
}) satisfies z.ZodType<CapacityReport>

/** JSON Schema, draft 2020-12. */
export function capacitySchema(): object {
  return z.toJSONSchema(report, { unrepresentable: 'throw' })
}

/** What is wrong with what should be a report, in words; null where nothing is. */
export function findReportFault(value: unknown): string | null {
  const outcome = report.safeParse(value)
  return outcome.success ? null : z.prettifyError(outcome.error)
}
