// Sends each tenant's requests to the candidate that is set up for it, all others to a common one,
// and everything of the tenant who wants that to a file.
//
//     rehearsal … --output-http http://blue --output-http http://green --output-http http://common \
//       --output-file big.gor --script route-tenants.ts
import type { RequestExchange } from 'rehearsal/script'

const outputsByTenant: Readonly<Record<string, readonly string[]>> = {
  acme: ['http://blue', 'big.gor'],
  globex: ['http://green'],
}

export function request({ request, sendTo }: RequestExchange): void {
  const tenant = request.header('X-Tenant') ?? request.header('Host')?.split('.')[0] ?? ''
  sendTo(...(outputsByTenant[tenant] ?? ['http://common']))
}
