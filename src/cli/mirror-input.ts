// `--input-http`: requests that a proxy mirrors to us.
import { randomBytes } from 'node:crypto'
import type { Ledger } from '../app/ledger.ts'
import { BatchChannel } from '../base/batch-channel.ts'
import { createMirrorReceiver } from '../link/mirror-receiver.ts'
import type { Message } from '../model/message.ts'
import { listenTcp } from '../network/io/tcp-server.ts'
import type { SampleBy } from '../shape/limit.ts'
import type { FlagValues } from './flags.ts'
import {
  bufferedBytesMax,
  guardListener,
  type PlannedInput,
  parseListenAddress,
  readFramerLimits,
  readInputLimit,
} from './planned-input.ts'
import { realWorld } from './real-world.ts'

/** Reads the address to listen on. */
export function planMirrorInput(text: string, flags: FlagValues, sampleBy: SampleBy): PlannedInput {
  const { address, limiter } = readInputLimit('input-http', text, sampleBy)
  const { host, port } = parseListenAddress('input-http', address)
  const limits = readFramerLimits(flags)
  const name = `--input-http ${text}`
  const open = async (ledger: Ledger) => {
    const account = ledger.openSource(name)
    const messages = new BatchChannel<Message>()
    const receiver = createMirrorReceiver({
      account,
      world: realWorld,
      instance: randomBytes(4).toString('hex'),
      limits,
      bufferedBytesMax,
      onMessages: (batch) => messages.push(batch),
    })
    const server = await listenTcp({ host, port }, null, (wire) => receiver.accept(wire))
    const stop = () => {
      server.close()
      receiver.close()
      messages.end()
    }
    return { name, account, limiter, messages, stop, ...(port === 0 && { port: server.port }) }
  }
  return { guarded: guardListener({ address: host, port }), open }
}
