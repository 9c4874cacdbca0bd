// Where the consoles of the demo listen.
import { createServer } from 'node:net'
import { findFreePort } from '../scripts/free-port.ts'

const usual = [7070, 7071] as const

/** Two free addresses of loopback: the usual ones, where they are free. */
export async function findConsolePorts(): Promise<readonly [string, string]> {
  const [first, second] = await Promise.all(usual.map(isFree))
  const at = (port: number) => `127.0.0.1:${port}`
  return [at(first ? usual[0] : await findFreePort()), at(second ? usual[1] : await findFreePort())]
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
