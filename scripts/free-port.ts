// Ports for servers of tests, demo and bench.
import { createServer } from 'node:net'

/**
 * Below those that the kernel gives out by itself (32768 and on), so that no client takes one
 * before its server does; and of each process its own, so that two do not find the same.
 */
const first = 10_000
const ownCount = 100
const processes = 200
const own = first + (process.pid % processes) * ownCount
let given = 0

/** A port on 127.0.0.1 that nothing listens on, and that this process was not given lately. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < ownCount; attempt++) {
    const port = own + (given++ % ownCount)
    if (await isFree(port)) return port
  }
  throw new Error(`no port from ${own} on is free`)
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false)
      else reject(error)
    })
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
