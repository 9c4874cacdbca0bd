// Where the console listens, and whether it needs a token there.
import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { parseListenAddress } from './planned-input.ts'

export interface ConsoleAddress {
  readonly host: string
  readonly port: number
  readonly token: string | null
}

/** Without a token the console is on loopback; an address that others reach is given one. */
export function readConsoleAddress(text: string, token: string | undefined): ConsoleAddress {
  const { host, port } = parseListenAddress('console', text)
  if (host === null) {
    const isOpen = token !== undefined && token !== ''
    return { host: isOpen ? '0.0.0.0' : '127.0.0.1', port, token: isOpen ? token : null }
  }
  if (token !== undefined && token !== '') return { host, port, token }
  return { host, port, token: isLoopback(host) ? null : randomBytes(16).toString('base64url') }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
