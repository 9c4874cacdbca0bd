// The flags of the console.
import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import type { ValuesOf } from './flag.ts'
import { parseListenAddress } from './planned-input.ts'

export type ConsoleFlags = ValuesOf<typeof consoleFlags>

export const consoleFlags = {
  console: {
    type: 'string',
    value: ':7070',
    help: 'show the run in a browser at this address: on this host alone, but with a token',
  },
  'console-token': {
    type: 'string',
    value: 'TOKEN',
    help: 'who opens the console elsewhere has to give it (made and printed where it is needed)',
  },
} as const

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
