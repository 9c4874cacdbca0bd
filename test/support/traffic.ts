// Varied requests, what a target must receive for each, and a client that sends them as told.
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '../../src/base/seeded-random.ts'

/** What one client connection sends: each write is handed to the kernel by itself. */
export interface ClientConnection {
  readonly requests: readonly Buffer[]
  readonly writes: readonly Buffer[]
}

/** `count` connections with `each` requests: all methods and body forms, pipelined and split. */
export function composeTraffic(seed: number, count: number, each: number): ClientConnection[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, connection) => {
    const requests = Array.from({ length: each }, (_, index) =>
      composeRequest(random, `/c${connection}/r${index}`),
    )
    return { requests, writes: splitWrites(random, requests) }
  })
}

/** The request as a target must receive it: another Host, and the mark as the last header. */
export function expectedAtTarget(request: Buffer, host: string): string {
  const text = request.toString('latin1')
  const headEnd = text.indexOf('\r\n\r\n') + 2
  const head = text.slice(0, headEnd).replace(/^(host:\s*)[^\r]*/im, `$1${host}`)
  return `${head}X-Rehearsal: 1\r\n${text.slice(headEnd)}`
}

/** Sends what each connection has, all at the same time, and waits until all is answered. */
export async function sendTraffic(
  where: { readonly host: string; readonly port: number },
  connections: readonly ClientConnection[],
): Promise<void> {
  await Promise.all(connections.map((connection) => sendConnection(where, connection)))
}

async function sendConnection(
  where: { readonly host: string; readonly port: number },
  connection: ClientConnection,
): Promise<void> {
  const socket = connect({ ...where, noDelay: true })
  const answered = Promise.withResolvers<void>()
  let answers = 0
  let tail = ''
  socket.setEncoding('latin1').on('data', (text: string) => {
    // A status line may be cut: its beginning is looked at again with what follows.
    const seen = tail + text
    answers += seen.split('HTTP/1.1 200').length - 1
    tail = seen.slice(-'HTTP/1.1 20'.length)
    if (answers === connection.requests.length) answered.resolve()
  })
  socket.on('error', answered.reject)
  socket.on('close', () => answered.reject(new Error(`closed after ${answers} answers`)))
  for (const bytes of connection.writes) {
    if (!socket.write(bytes)) await new Promise((resolve) => socket.once('drain', resolve))
    await sleep(0)
  }
  await answered.promise
  socket.end()
}

function composeRequest(random: () => number, path: string): Buffer {
  const pick = (count: number) => Math.floor(random() * count)
  const large = random() < 0.03 ? pick(700_000) : pick(2_000)
  const body = Buffer.alloc(large, 'body of a request, ')
  const padding = `X-Padding: ${'p'.repeat(pick(600))}\r\n`
  const host = ['Host: production.example', 'host:production.example', 'HOST:   p'][pick(3)]!
  const head = `${host}\r\nUser-Agent: client\r\n${padding}Cookie: a=1; b=2\r\ncookie: c=3\r\n`
  const length = `${head}Content-Length: ${body.length}\r\n\r\n`
  const chunked = [
    `${head}Transfer-Encoding: chunked\r\n\r\n`,
    `1f4;name="va;lue"\r\n${'c'.repeat(500)}\r\n`,
    'A\r\n0123456789\r\n0\r\nX-Trailer: t\r\n\r\n',
  ].join('')
  const forms = [
    [`GET ${path}?q=%7C&r=|&s=%C3%BC HTTP/1.1\r\n${head}\r\n`],
    [`DELETE ${path} HTTP/1.1\r\n${head}\r\n`],
    [`OPTIONS ${path} HTTP/1.1\r\n${head}\r\n`],
    [`POST ${path} HTTP/1.1\r\n${length}`, body],
    [`PATCH ${path} HTTP/1.1\r\n${length}`, body],
    [`PUT ${path} HTTP/1.1\r\n${chunked}`],
  ] as const
  const parts = forms[pick(forms.length)]!
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  )
}

/** Some requests together in one write, some cut anywhere. */
function splitWrites(random: () => number, requests: readonly Buffer[]): Buffer[] {
  const writes: Buffer[] = []
  let together: Buffer[] = []
  for (const request of requests) {
    together.push(request)
    if (random() < 0.3) continue
    const bytes = Buffer.concat(together)
    together = []
    const cut = random() < 0.4 ? Math.floor(random() * bytes.length) : 0
    if (cut > 0) writes.push(bytes.subarray(0, cut))
    writes.push(bytes.subarray(cut))
  }
  if (together.length > 0) writes.push(Buffer.concat(together))
  return writes
}
