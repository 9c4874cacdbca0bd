// `--output-tcp` and `--output-ws`: what is captured goes to another host.

import { createLinkOutput } from '../link/link-sender.ts'
import { describeStranger } from '../link/link-stranger.ts'
import { shareLinks } from '../link/shared-link.ts'
import type { OutputAccount } from '../model/ledger.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { Dial, Endpoint, WireClose } from '../model/world.ts'
import { createDial } from '../network/io/tcp-client.ts'
import { readClientContext } from '../network/io/tls-files.ts'
import { type Limit, parseLimited } from '../shape/limit.ts'
import {
  guard,
  type OutputPlan,
  type PlannedOutput,
  parseEndpoint,
  route,
} from './planned-output.ts'
import { realWorld } from './real-world.ts'
import { parseCount } from './units.ts'

/** Reads the address and how to speak with it; an unknown host is refused. */
export async function planLinkOutput(text: string, plan: OutputPlan): Promise<PlannedOutput> {
  const { flags } = plan
  const { address, limit } = parseLimited(text)
  const secure = flags['output-tcp-secure'] ?? false
  const endpoint = parseEndpoint('output-tcp', address, secure)
  const workers = parseCount('output-tcp-workers', flags['output-tcp-workers'] ?? '1')
  const ca = { flag: 'output-tcp-ca', path: flags['output-tcp-ca'] ?? null }
  const dial = createDial({
    skipVerify: flags['output-tcp-skip-verify'] ?? false,
    context: ca.path === null ? null : readClientContext(ca, null),
    onTlsError: (_, why) => warn(text, why.split(';')[0]!, chooseHint(why)),
  })
  const told = tellRefusals(text, (why) => describeRefusal(why, secure), dial)
  const onSaid = tellStranger(text)
  const links = { flag: 'output-tcp', text, limit, endpoint, dial: told, workers }
  return planLinks({ ...links, separately: false, onSaid }, plan)
}

/** Reads a `ws:` or `wss:` URL; an unknown host is refused. */
export async function planWebSocketOutput(text: string, plan: OutputPlan): Promise<PlannedOutput> {
  const { flags } = plan
  const { address, limit } = parseLimited(text)
  const { endpoint, path, credentials } = parseWebSocketUrl(address)
  const workers = parseCount('output-ws-workers', flags['output-ws-workers'] ?? '1')
  const skipVerify = flags['output-ws-skip-verify'] ?? false
  const shown = withoutPassword(text)
  const onError = (why: string) => warn(shown, why, chooseWebSocketHint(why))
  const { createWebSocketDial } = await import('../network/io/websocket-client.ts')
  const dial = createWebSocketDial({ path, credentials, skipVerify, context: null, onError })
  const told = tellRefusals(shown, describeWebSocketRefusal, dial)
  const links = { flag: 'output-ws', text: shown, limit, endpoint, dial: told, workers }
  return planLinks({ ...links, separately: true, onSaid: () => {} }, plan)
}

interface Links {
  readonly flag: string
  readonly text: string
  readonly limit: Limit | null
  readonly endpoint: Endpoint
  readonly dial: Dial
  readonly workers: number
  readonly separately: boolean
  readonly onSaid: (bytes: Uint8Array) => void
}

async function planLinks(links: Links, plan: OutputPlan): Promise<PlannedOutput> {
  const { flag, text, limit, endpoint, dial, workers, separately, onSaid } = links
  const queueBytesMax = Math.ceil(plan.queueBytesMax / workers)
  const make = (name: string, account: OutputAccount) => {
    const options = { name, endpoint, dial, world: realWorld, account, queueBytesMax }
    let isTold = false
    const onEnded = () => {
      if (isTold) return
      isTold = true
      warn(
        text,
        'it ends each connection soon',
        'it may want --output-tcp-secure; what it had is lost',
      )
    }
    const create = () => createLinkOutput({ ...options, separately, onSaid, onEnded })
    return shareLinks(name, Array.from({ length: workers }, create))
  }
  const prepare = plan.shaping.redaction.sent
  return {
    guarded: [await guard(text, endpoint)],
    make: route(text, flag, limit, plan, make, { prepare }),
  }
}

/** Says once in a run that the peer is somebody else, who answers. */
function tellStranger(text: string): (bytes: Uint8Array) => void {
  let isTold = false
  return (bytes) => {
    if (isTold) return
    isTold = true
    const { what, hint } = describeStranger(bytes)
    process.stderr.write(`rehearsal: ${text} is no replayer: it ${what}; ${hint}\n`)
  }
}

function chooseHint(why: string): string {
  if (/certificate|\bca\b|issuer/i.test(why)) return 'name its authority with --output-tcp-ca'
  return hintAtTls
}

const hintAtTls = 'it may speak no TLS: its --input-tcp needs --input-tcp-secure'

/** Says once in each stretch of failures that no connection comes about. */
function tellRefusals(
  text: string,
  describe: (why: WireClose) => Refusal | null,
  dial: Dial,
): Dial {
  let isTold = false
  return (endpoint, handler) => {
    let isConnected = false
    return dial(endpoint, {
      ...handler,
      connected: () => {
        isConnected = true
        isTold = false
        handler.connected()
      },
      closed: (why) => {
        const trouble = isConnected || isTold ? null : describe(why)
        if (trouble !== null) {
          isTold = true
          const hint = `messages wait, up to --output-queue-size; ${trouble.hint}`
          warn(text, trouble.what, hint)
        }
        handler.closed(why)
      },
    })
  }
}

interface Refusal {
  readonly what: string
  readonly hint: string
}

const nobody: Refusal = {
  what: 'it accepts no connection',
  hint: 'see that a replayer listens there',
}

/** Null: what is wrong with TLS is told by itself. */
function describeRefusal(why: WireClose, secure: boolean): Refusal | null {
  if (secure && (why === 'reset' || why === 'ended')) {
    return { what: 'it ends the connection when TLS begins', hint: hintAtTls }
  }
  return secure && why === 'failed' ? null : nobody
}

/** Null: what the peer says to the handshake is told by itself. */
function describeWebSocketRefusal(why: WireClose): Refusal | null {
  if (why === 'refused' || why === 'unreachable') return nobody
  return why === 'reset' ? { what: 'it ends the connection', hint: hintAtWebSocket } : null
}

const hintAtWebSocket = 'the peer has to speak WebSocket at that path'

function chooseWebSocketHint(why: string): string {
  if (/\b40[13]\b/.test(why)) return 'check user and password in its address'
  if (/wrong version number/.test(why)) return 'it may speak no TLS: try ws://'
  return /certificate/.test(why) ? 'give --output-ws-skip-verify' : hintAtWebSocket
}

/** As it stands in the ledger and in what is printed. */
function withoutPassword(text: string): string {
  return text.replace(/(:\/\/[^:@/]*):[^@/]*@/, '$1:***@')
}

function warn(text: string, why: string, hint: string): void {
  process.stderr.write(`rehearsal: cannot reach ${text}: ${why}; ${hint}\n`)
}

function parseWebSocketUrl(text: string) {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^wss?:$/.test(url.protocol) || url.hostname === '') {
    throw new OperatorError(
      'bad-address',
      `--output-ws '${text}' is no ws or wss address`,
      'write ws://preview:28020/path or wss://user:password@preview/path',
    )
  }
  const secure = url.protocol === 'wss:'
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const named = decodeURIComponent(`${url.username}:${url.password}`)
  const path = `${url.pathname}${url.search}`
  return { endpoint: { host, port, secure }, path, credentials: named === ':' ? null : named }
}
