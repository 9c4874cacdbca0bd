// Whether a target accepts connections, before anything is done for it.
import { OperatorError } from '../model/operator-error.ts'
import type { Dial, WireClose } from '../model/world.ts'
import { parseTargetUrl } from '../replay/target-url.ts'

/** Opens one connection and closes it; refuses a target where none comes about in that time. */
export async function refuseDeadTarget(dial: Dial, url: string, millisMax: number): Promise<void> {
  const why = await tryConnecting(dial, url, millisMax)
  if (why === null) return
  throw new OperatorError(
    'dead-target',
    `the target ${url} accepts no connection: ${why}`,
    'start it first, and check host, port and scheme',
  )
}

type Trouble = WireClose | 'time-out'

/** Null: connected. */
async function tryConnecting(dial: Dial, url: string, millisMax: number): Promise<Trouble | null> {
  const { promise, resolve } = Promise.withResolvers<Trouble | null>()
  const timer = setTimeout(() => resolve('time-out'), millisMax)
  const wire = dial(parseTargetUrl(url).endpoint, {
    connected: () => resolve(null),
    received() {},
    drained() {},
    closed: (why) => resolve(why),
  })
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    wire.destroy()
  }
}
