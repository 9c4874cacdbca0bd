// Keep-alive connections that each carry one small GET at a time, with the least framing there is.
import { connect, type Socket } from 'node:net'

export const connectionsCount = 32

export interface GetConnection {
  readonly socket: Socket
  /** Bytes of the answer that have come so far. */
  receivedBytes: number
  /** When the request that it carries was due. */
  due: number
}

/** Opens all connections to a server whose answers are all 200 and of one length. */
export async function openGetConnections(
  port: number,
  answered: (connection: GetConnection) => void,
): Promise<readonly GetConnection[]> {
  // One buffer serves all: a read is handled before the next one begins.
  const buffer = Buffer.allocUnsafe(64 * 1024)
  let answerBytes = 0
  const open = () =>
    new Promise<GetConnection>((resolve, reject) => {
      const callback = (length: number) => {
        if (connection.receivedBytes === 0) checkStatus(buffer)
        if (answerBytes === 0) answerBytes = readAnswerBytes(buffer, length)
        connection.receivedBytes += length
        if (connection.receivedBytes >= answerBytes) answered(connection)
        return true
      }
      const onread = { buffer, callback }
      const socket = connect({ host: '127.0.0.1', port, noDelay: true, onread })
      const connection: GetConnection = { socket, receivedBytes: 0, due: 0 }
      socket.once('connect', () => resolve(connection)).once('error', reject)
      socket.once('end', () => reportLost('ended'))
    })
  return Promise.all(Array.from({ length: connectionsCount }, open))
}

export function sendGet(connection: GetConnection, request: Uint8Array = smallGet): void {
  connection.receivedBytes = 0
  connection.socket.write(request)
}

const smallGet = Buffer.from(
  'GET /items/4711?view=full HTTP/1.1\r\nHost: shop.example\r\n' +
    'User-Agent: rehearsal-bench\r\nAccept: application/json\r\n\r\n',
)

function checkStatus(buffer: Buffer): void {
  if (buffer.toString('latin1', 9, 12) !== '200') reportLost(buffer.toString('latin1', 0, 80))
}

function readAnswerBytes(buffer: Buffer, length: number): number {
  const head = buffer.toString('latin1', 0, length)
  const headBytes = head.indexOf('\r\n\r\n') + 4
  const bodyBytes = /^content-length: *(\d+)/im.exec(head)?.[1]
  if (headBytes < 4 || bodyBytes === undefined) return reportLost(head)
  return headBytes + Number(bodyBytes)
}

/** The server under load is ours: what it does not answer makes every figure worthless. */
function reportLost(what: string): never {
  throw new Error(`the server under load did not answer with 200: ${what}`)
}
