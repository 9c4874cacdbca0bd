// The shop as a child process, for tests, benches and the demo.
import { join } from 'node:path'
import { startChild, waitUntil } from '../../scripts/child.ts'

export interface RunningShop extends AsyncDisposable {
  readonly pid: number
  readonly port: number
  stop(): Promise<number | string>
}

/**
 * Starts `shop/main.ts` with these arguments, on a free port unless they name one; `through` are
 * words to start it through, such as `ip netns exec preview`.
 */
export async function startShop(
  args: readonly string[],
  through: readonly string[] = [],
): Promise<RunningShop> {
  const found = { port: null as number | null }
  const child = startChild({
    command: process.execPath,
    through,
    args: [join(import.meta.dirname, '../main.ts'), ...args],
    onLine: (line) => {
      const [, port] = /^shop: .* on http:\/\/[\d.]+:(\d+)$/.exec(line) ?? []
      if (port !== undefined) found.port = Number(port)
    },
  })
  await waitUntil(child, 'the shop', () => found.port !== null)
  return {
    pid: child.pid,
    port: found.port!,
    stop: () => child.stop(),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  }
}
