// Datagrams of one UDP port, and how many of them the kernel dropped as its queue was full.
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { OperatorError } from '../../model/operator-error.ts'
import { readUdpDrops } from '../udp-table.ts'

export interface UdpReceiverOptions {
  readonly port: number
  /** Of datagrams that wait to be read; the kernel gives no more than net.core.rmem_max. */
  readonly queueBytes: number
  readonly onDatagram: (datagram: Uint8Array) => void
}

export interface UdpReceiver {
  /** Datagrams lost since the last call. */
  drops(): number
  close(): void
}

/** Listens on all addresses, of both families where this host has IPv6. */
export async function openUdpReceiver(options: UdpReceiverOptions): Promise<UdpReceiver> {
  const socket = await bindEither(options)
  // Looked for at once: later the process may be another user, who may not look.
  const inodes = findOwnInodes()
  let counted = countDrops(options.port, inodes)
  const drops = () => {
    const before = counted
    counted = countDrops(options.port, inodes)
    return counted - before
  }
  return { drops, close: () => void socket.close() }
}

async function bindEither(options: UdpReceiverOptions): Promise<Socket> {
  try {
    return await bind('udp6', options).catch(() => bind('udp4', options))
  } catch (error) {
    throw new OperatorError(
      'cannot-listen',
      `cannot listen on UDP port ${options.port}: ${(error as NodeJS.ErrnoException).code}`,
      'end what uses the port, or choose another: --input-raw-vxlan-port',
    )
  }
}

async function bind(type: 'udp4' | 'udp6', options: UdpReceiverOptions): Promise<Socket> {
  const socket = createSocket({ type, recvBufferSize: options.queueBytes })
  socket.on('message', options.onDatagram)
  socket.bind(options.port)
  await once(socket, 'listening')
  // An error of one datagram (an ICMP answer) ends nothing.
  socket.on('error', () => {})
  return socket
}

function findOwnInodes(): ReadonlySet<string> {
  const inodes = readdirSync('/proc/self/fd').map((file) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${file}`))?.[1]
    } catch {
      // What listed the folder is closed again.
      return undefined
    }
  })
  return new Set(inodes.filter((inode) => inode !== undefined))
}

function countDrops(port: number, inodes: ReadonlySet<string>): number {
  const tables = ['udp', 'udp6'].map((name) => readTable(`/proc/net/${name}`))
  return tables.reduce((sum, table) => sum + readUdpDrops(table, port, inodes), 0)
}

/** Empty where this host does not have the family. */
function readTable(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
