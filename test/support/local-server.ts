// An HTTP server of a test, on a free port of the loopback address.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers the port that it listens on; to be closed with all that is open. */
export async function listenLocally(
  server: Server,
): Promise<{ readonly port: number } & AsyncDisposable> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
