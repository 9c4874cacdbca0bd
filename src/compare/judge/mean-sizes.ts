// How large the answers of each role are.
import type { ByRole, Role } from '../../model/comparison.ts'
import type { EndpointSizes } from '../../model/run-tally.ts'

/** Geometric means, in bytes: a few large answers do not hide what most are like. */
export function meanSizes({ byRole }: EndpointSizes): ByRole<number> {
  const means: Partial<Record<Role, number>> = {}
  for (const [role, { logSum, count }] of Object.entries(byRole) as [Role, SizeSum][]) {
    if (count > 0) means[role] = Math.round(Math.exp(logSum / count) - 1)
  }
  return means
}

type SizeSum = NonNullable<EndpointSizes['byRole'][Role]>
