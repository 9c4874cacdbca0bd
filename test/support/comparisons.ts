// Comparisons of exchanges for tests, with everything a test does not care about filled in.
import type {
  AnswerSummary,
  Attribution,
  ByRole,
  ExchangeComparison,
  Role,
  Weight,
} from '../../src/model/comparison.ts'
import type { ConnectionId, ExchangeId } from '../../src/model/message.ts'

const weights: readonly Weight[] = ['none', 'advice', 'warn', 'check', 'fail']

/** A GET of `/orders/{id}` that the baseline was asked twice, all answers alike but as told. */
export function createComparison(parts: Partial<ExchangeComparison> = {}): ExchangeComparison {
  const attributions = parts.attributions ?? []
  const gravest = attributions.reduce<Attribution | null>(
    (a, b) => (a === null || weights.indexOf(b.weight) > weights.indexOf(a.weight) ? b : a),
    null,
  )
  return {
    exchange: '5f3a9c010000000000000000' as ExchangeId,
    connection: '5f3a9c0100000000' as ConnectionId,
    session: 'ann',
    endpoint: 'GET /orders/{id}',
    at: 0,
    askedAt: parts.at ?? 0,
    mode: 'baseline-twice',
    label: gravest?.label ?? 'same',
    weight: gravest?.weight ?? 'none',
    attributions,
    omitted: 0,
    answers: createAnswers({}),
    signature: '200 application/json id,total',
    ...parts,
  }
}

/** Four answers of status 200 in 20 ms, but as told. */
export function createAnswers(parts: ByRole<Partial<AnswerSummary>>): ByRole<AnswerSummary> {
  const plain = { status: 200, failure: null, latency: 20_000, bodyBytes: 500 }
  const roles: readonly Role[] = ['production', 'baseline', 'baseline2', 'candidate']
  return Object.fromEntries(roles.map((role) => [role, { ...plain, ...parts[role] }]))
}

/** The candidate alone has another total, and both baselines and production agree. */
export function createChange(parts: Partial<Attribution> = {}): Attribution {
  return {
    path: '$.total',
    at: '$.total',
    kind: 'value',
    label: 'changed',
    weight: 'check',
    confidence: 1,
    values: { production: '10', baseline: '10', baseline2: '10', candidate: '11' },
    fromClass: 'integer',
    toClass: 'integer',
    rule: null,
    holds: false,
    baselineHolds: null,
    equal: {
      baselines: true,
      baselineProduction: true,
      candidateBaseline: false,
      candidateProduction: false,
    },
    ...parts,
  }
}

/** The second answer of the baseline alone is another. */
export function createNoise(parts: Partial<Attribution> = {}): Attribution {
  return createChange({
    label: 'unstable',
    weight: 'none',
    values: { production: '10', baseline: '10', baseline2: '12', candidate: '10' },
    equal: {
      baselines: false,
      baselineProduction: true,
      candidateBaseline: true,
      candidateProduction: true,
    },
    ...parts,
  })
}

/** Both baselines and the candidate have what production has not. */
export function createDrift(parts: Partial<Attribution> = {}): Attribution {
  return createChange({
    label: 'drift',
    weight: 'none',
    values: { production: '10', baseline: '13', baseline2: '13', candidate: '13' },
    equal: {
      baselines: true,
      baselineProduction: false,
      candidateBaseline: true,
      candidateProduction: false,
    },
    ...parts,
  })
}
