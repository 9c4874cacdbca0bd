// `--slo` and `--expect`: what a trial is held to, and what the answer is.
import type { CapacityAnswer, Expectation } from '../model/capacity.ts'
import type { Micros } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'

/** relative: so many times what it is at 1 ×, but never less than `relativeMin`. */
export type LatencyLimit =
  | { readonly kind: 'absolute'; readonly limit: Micros }
  | { readonly kind: 'relative'; readonly times: number }

export interface Slo {
  /** Of the 99th percentile from the due time. */
  readonly p99: LatencyLimit
  /** Share of requests without an answer, or with a status of 500 and above. */
  readonly errors: number
}

export const defaultSlo = 'p99<5x,errors<1%'

/** Below it a machine's own hiccups would decide. */
const relativeMin: Micros = 100_000

/** Reads `p99<300ms,errors<1%`; what is left out is as in `defaultSlo`. */
export function parseSlo(text: string): Slo {
  let slo: Slo = { p99: { kind: 'relative', times: 5 }, errors: 0.01 }
  for (const part of text.split(',')) {
    const match = /^\s*(p99|errors)\s*<\s*(\d+(?:\.\d+)?)(us|ms|s|x|%)\s*$/.exec(part)
    const [, name, number, unit = ''] = match ?? []
    const value = Number(number)
    if (name === 'p99' && unit !== '%' && value > 0) {
      const limit = Math.round(value * (micros[unit] ?? 0))
      const p99: LatencyLimit =
        unit === 'x' ? { kind: 'relative', times: value } : { kind: 'absolute', limit }
      slo = { ...slo, p99 }
    } else if (name === 'errors' && unit === '%' && value > 0 && value <= 100) {
      slo = { ...slo, errors: value / 100 }
    } else throw unusable('slo', text, "write 'p99<300ms,errors<1%', or 'p99<5x' for 5 times 1 ×")
  }
  return slo
}

const micros: Readonly<Record<string, number>> = { us: 1, ms: 1_000, s: 1_000_000 }

/** In microseconds; `normal` is the 99th percentile at 1 ×, null before it is known. */
export function limitOf({ p99 }: Slo, normal: Micros | null): Micros {
  if (p99.kind === 'absolute') return p99.limit
  return normal === null ? Number.POSITIVE_INFINITY : Math.max(relativeMin, p99.times * normal)
}

/** Reads `>=2x`; the level that is to be borne. */
export function parseExpectation(text: string): number {
  const match = /^\s*>=?\s*(\d+(?:\.\d+)?)\s*x?\s*$/i.exec(text)
  const level = Number(match?.[1])
  if (level >= 1) return level
  throw unusable('expect', text, "write '>=2x'")
}

/** Whether the target bears `level`, as far as the answer tells. */
export function judgeExpectation(answer: CapacityAnswer, level: number): Expectation {
  if (answer.kind === 'none') return answer.ended === null ? 'fails' : 'undecided'
  if (answer.level >= level) return 'holds'
  const broke = answer.bracket[1]
  if (answer.kind !== 'bears' || broke === null) return 'undecided'
  return broke <= level || answer.ended === null ? 'fails' : 'undecided'
}

function unusable(flag: string, text: string, hint: string): OperatorError {
  return new OperatorError(`bad-${flag}`, `--${flag} '${text}' cannot be read`, hint)
}
