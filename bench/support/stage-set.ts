// Production and target for a bench: two nginx that answer small GETs.
import { findFreePort } from '../../scripts/free-port.ts'
import { startNginx } from '../../scripts/nginx.ts'

export interface StageSet extends AsyncDisposable {
  readonly productionPort: number
  readonly targetPort: number
  /** What the target itself has counted, this question left out. */
  countTargetRequests(): Promise<number>
}

export async function openStageSet(): Promise<StageSet> {
  await using started = new AsyncDisposableStack()
  const productionPort = await findFreePort()
  const targetPort = await findFreePort()
  const body = JSON.stringify({ item: 4711, name: 'lantern', price: 1900, stock: [3, 0, 12] })
  const items = `location / { return 200 '${body}'; }`
  const status = 'location = /status { stub_status; }'
  started.use(await startNginx({ listen: [`127.0.0.1:${productionPort}`], server: items }))
  const server = `${items} ${status}`
  started.use(await startNginx({ listen: [`127.0.0.1:${targetPort}`], server }))
  const servers = started.move()
  let questions = 0
  return {
    productionPort,
    targetPort,
    countTargetRequests: async () => {
      const answer = await fetch(`http://127.0.0.1:${targetPort}/status`)
      // The third number of `accepts handled requests`.
      const counted = /(\d+) (\d+) (\d+)/.exec(await answer.text())?.[3]
      questions += 1
      return Number(counted) - questions
    },
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  }
}
