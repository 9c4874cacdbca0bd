// Findings of an endpoint as a whole, which no difference of its answers shows.
import type { EndpointTally } from '../../model/run-tally.ts'
import { type EndpointKind, type Finding, findingId } from '../../model/verdict.ts'

export type GateNumbers = Pick<Finding, 'shown' | 'evidence' | 'example' | 'why'> &
  Partial<Pick<Finding, 'state'>>

/** A finding of that kind, confirmed unless its numbers say otherwise. */
export function createGateFinding(
  { endpoint, exchanges }: Pick<EndpointTally, 'endpoint' | 'exchanges'>,
  kind: EndpointKind,
  numbers: GateNumbers,
): Finding {
  return {
    id: findingId(endpoint, kind, kind),
    endpoint,
    path: kind,
    kind,
    state: 'confirmed',
    label: 'changed',
    exchanges,
    reasked: { confirmed: 0, refuted: 0 },
    classes: '',
    when: null,
    examples: [],
    consequenceOf: null,
    rule: null,
    ...numbers,
  }
}
