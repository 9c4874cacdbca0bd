// Puts one request to one target, as a replay does, and answers what came of it.
import type { RoleAnswer } from '../model/comparison.ts'
import type { OutputAccount } from '../model/ledger.ts'
import type { Message } from '../model/message.ts'
import type { Dial } from '../model/world.ts'
import { createHttpOutput } from '../replay/http-output.ts'
import { parseTargetUrl } from '../replay/target-url.ts'
import { parseLimited } from '../shape/limit.ts'
import { realWorld } from './real-world.ts'

const timeout = 10_000_000
const tickMillis = 50

/** `url` as `--output-http` has it. */
export async function askTarget(url: string, request: Message, dial: Dial): Promise<RoleAnswer> {
  const target = parseTargetUrl(parseLimited(url).address)
  const outcome = Promise.withResolvers<RoleAnswer>()
  const fail = (reason: string) => outcome.resolve({ kind: 'failed', reason })
  const output = createHttpOutput({
    name: url,
    target,
    edit: {
      host: target.host,
      pathPrefix: target.pathPrefix,
      mark: { name: 'X-Rehearsal', value: '1' },
    },
    account: createAccount(fail),
    timeout,
    world: realWorld,
    dial,
    connectionsMax: 1,
    queueBytesMax: Number.MAX_SAFE_INTEGER,
    responseBytesMax: 8 * 1024 * 1024,
    onOutcome: (came) => {
      if (came.kind === 'failed') fail(came.reason)
      else outcome.resolve({ kind: 'answered', response: came.response })
    },
  })
  output.write([request])
  const timer = setInterval(() => output.tick(realWorld.now()), tickMillis)
  try {
    return await outcome.promise
  } finally {
    clearInterval(timer)
    await output.close()
  }
}

/** It is one request beside the run, which its ledger does not count. */
function createAccount(fail: (reason: string) => void): OutputAccount {
  const nothing = () => {}
  return {
    amplified: nothing,
    accepted: nothing,
    delivered: nothing,
    answered: nothing,
    scheduled: nothing,
    connected: nothing,
    redirected: nothing,
    unanswered: fail,
    dropped: fail,
  }
}
