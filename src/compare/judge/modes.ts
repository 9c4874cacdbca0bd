// What the mode of a run bounds: what it can prove, and what it cannot.
import type { ComparisonMode } from '../../model/comparison.ts'
import type { EndpointTally, RunTally } from '../../model/run-tally.ts'

/** Whether chance is known: some requests were asked twice at the baseline. */
export function hasBaselineTwice(endpoint: Pick<EndpointTally, 'modes'>): boolean {
  return (endpoint.modes['baseline-twice'] ?? 0) > 0
}

/** Whether any request was asked at a baseline at all. */
export function hasBaseline(endpoint: Pick<EndpointTally, 'modes'>): boolean {
  return hasBaselineTwice(endpoint) || (endpoint.modes.baseline ?? 0) > 0
}

/** The best mode that a share of the run that counts was compared in. */
export function modeOf(tally: Pick<RunTally, 'modes' | 'exchanges'>): ComparisonMode {
  const enough = Math.max(1, tally.exchanges * 0.01)
  const modes = ['baseline-twice', 'baseline', 'production'] as const
  return modes.find((mode) => (tally.modes[mode] ?? 0) >= enough) ?? 'incomparable'
}

/** For the reader of a verdict. */
export const provesByMode: Readonly<Record<ComparisonMode, string>> = {
  'baseline-twice':
    'The baseline was asked twice: chance is known, and values, shape, status and latency are ' +
    'all judged.',
  baseline:
    'The baseline was asked once: shape, status and latency are judged, and values that were ' +
    'borne out when the request was asked again.',
  production:
    'Only production’s own answers were there: shape, status and latency are judged; values ' +
    'are advice, since data of pre-production may be otherwise.',
  incomparable: 'Nothing could be compared: no answers of the candidate, or none to hold against.',
}
