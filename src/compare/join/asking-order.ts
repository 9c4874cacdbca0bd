// Who is asked before whom: each as often as the others, so that being first, or finding what the
// one before has warmed, weighs on none of them.
import { hashFraction } from '../../base/hash.ts'
import type { Role } from '../../model/comparison.ts'
import type { ExchangeId } from '../../model/message.ts'

type Asked = Exclude<Role, 'production'>

const orders: readonly (readonly Asked[])[] = [
  ['candidate', 'baseline', 'baseline2'],
  ['candidate', 'baseline2', 'baseline'],
  ['baseline', 'candidate', 'baseline2'],
  ['baseline', 'baseline2', 'candidate'],
  ['baseline2', 'candidate', 'baseline'],
  ['baseline2', 'baseline', 'candidate'],
]

/** 0 for who is asked first, by chance for each request; the same whenever it is asked for. */
export function askingRank(request: ExchangeId, role: Asked): number {
  const order = orders[Math.floor(hashFraction(`order ${request}`) * orders.length)]!
  return order.indexOf(role)
}
