// A private Redis for tests: in memory, on a port of its own.
import { startChild, waitUntil } from './child.ts'
import { findFreePort } from './free-port.ts'
import { ensureCommand } from './system-packages.ts'

export interface Redis extends AsyncDisposable {
  readonly port: number
}

/** Resolves when it takes connections on 127.0.0.1. */
export async function startRedis(): Promise<Redis> {
  const command = ensureCommand('redis-server')
  const port = await findFreePort()
  const own = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--databases', '1']
  const child = startChild({ command, args: ['--port', `${port}`, ...own] })
  try {
    const isReady = () => child.output().includes('Ready to accept connections')
    await waitUntil(child, 'redis-server', isReady)
  } catch (error) {
    await child[Symbol.asyncDispose]()
    throw error
  }
  return { port, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
}
