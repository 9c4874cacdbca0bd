// `--input-tcp`: what listeners send with `--output-tcp`.
import type { Ledger } from '../app/ledger.ts'
import { BatchChannel } from '../base/batch-channel.ts'
import { onlyOnce } from '../base/only-once.ts'
import { createLinkReceiver } from '../link/link-receiver.ts'
import type { Message } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import { listenTcp } from '../network/io/tcp-server.ts'
import { type Identity, readIdentity } from '../network/io/tls-files.ts'
import type { SampleBy } from '../shape/limit.ts'
import type { FlagValues } from './flags.ts'
import {
  bufferedBytesMax,
  guardListener,
  type PlannedInput,
  parseListenAddress,
  readInputLimit,
  readMessageBytesMax,
} from './planned-input.ts'

/** Reads the address to listen on. */
export function planLinkInput(text: string, flags: FlagValues, sampleBy: SampleBy): PlannedInput {
  const { address, limiter } = readInputLimit('input-tcp', text, sampleBy)
  const { host, port } = parseListenAddress('input-tcp', address)
  const payloadBytesMax = readMessageBytesMax(flags)
  const identity = readLinkIdentity(flags)
  const name = `--input-tcp ${text}`
  const tell = onlyOnce(
    (what: string) => void process.stderr.write(`rehearsal: ${name}: ${what}\n`),
  )
  const open = async (ledger: Ledger) => {
    const account = ledger.openSource(name)
    const messages = new BatchChannel<Message>()
    const receiver = createLinkReceiver({
      account,
      payloadBytesMax,
      bufferedBytesMax,
      onMessages: (batch) => messages.push(batch),
      onStranger: (peer, { what, hint }) => tell(`${peer} is no listener: it ${what}; ${hint}`),
    })
    const server = await listenTcp(
      { host, port },
      identity,
      (wire, peer) => receiver.accept(wire, peer),
      (peer, why) => tell(`TLS with ${peer} fails: ${why}; ${chooseHint(why)}`),
    )
    const stop = () => {
      server.close()
      receiver.close()
      messages.end()
    }
    return { name, account, limiter, messages, stop, ...(port === 0 && { port: server.port }) }
  }
  return { guarded: guardListener({ address: host, port }), open }
}

function chooseHint(why: string): string {
  if (/alert|hang up|ECONNRESET/.test(why))
    return 'there, name the authority of the certificate with --output-tcp-ca'
  return 'it may speak none: add --output-tcp-secure there'
}

/** Null: peers speak without TLS. */
function readLinkIdentity(flags: FlagValues): Identity | null {
  const named = (flag: 'input-tcp-certificate' | 'input-tcp-certificate-key') => {
    return { flag, path: flags[flag] ?? null }
  }
  const identity = readIdentity(named('input-tcp-certificate'), named('input-tcp-certificate-key'))
  if (flags['input-tcp-secure'] !== true) return null
  if (identity !== null) return identity
  throw new OperatorError(
    'bad-certificate',
    '--input-tcp-secure needs a certificate',
    'add --input-tcp-certificate FILE and --input-tcp-certificate-key FILE',
  )
}
