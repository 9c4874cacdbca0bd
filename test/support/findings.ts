// Findings for tests, with everything a test does not care about filled in.
import type { Finding } from '../../src/model/verdict.ts'

/** A total that is another, confirmed. */
export function createFinding(parts: Partial<Finding> = {}): Finding {
  const finding: Finding = {
    id: '',
    endpoint: 'GET /orders/{id}',
    path: '$.total',
    kind: 'value',
    state: 'confirmed',
    label: 'changed',
    shown: 40,
    exchanges: 100,
    evidence: 30,
    reasked: { confirmed: 0, refuted: 0 },
    example: '11.9 → 12',
    classes: 'float → float',
    when: null,
    why: '40 of 100 exchanges show it',
    examples: [],
    consequenceOf: null,
    rule: null,
    ...parts,
  }
  return { ...finding, id: parts.id ?? `${finding.endpoint} ${finding.path} ${finding.kind}` }
}
