// Child processes of tests, demo and bench, which never outlive the program that started them.
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureCommand } from './system-packages.ts'

/** What takes longer hangs: a machine may be slow, and nobody waits where all is well. */
export const waitMillisMax = 60_000

export interface ChildOptions {
  readonly command: string
  readonly args: readonly string[]
  /** Words to start it through, such as `ip netns exec preview`. */
  readonly through?: readonly string[]
  /** Hears its output line by line as it comes. */
  readonly onLine?: (line: string) => void
}

export interface Child extends AsyncDisposable {
  readonly pid: number
  /** The exit code, or the name of the signal that ended it. */
  readonly exited: Promise<number | string>
  /** What it has written to standard output and standard error, up to its last 64 KiB. */
  output(): string
  /** Asks it to end, kills it when it has not after a minute; answers like `exited`. */
  stop(signal?: NodeJS.Signals): Promise<number | string>
}

/** Starts it so that the kernel ends it with its parent, however that ends. */
export function startChild(options: ChildOptions): Child {
  const setpriv = ensureCommand('setpriv')
  const { through = [], command, args } = options
  const words = [...through, setpriv, '--pdeathsig', 'TERM', '--', command, ...args]
  const child = spawn(words[0]!, words.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
  const { pid } = child
  if (pid === undefined) throw new Error(`cannot start ${words.join(' ')}`)
  const exited = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  const output = collectOutput(child, options.onLine)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    const kill = setTimeout(() => child.kill('SIGKILL'), waitMillisMax)
    const status = await exited
    clearTimeout(kill)
    return status
  }
  const dispose = async () => void (await stop())
  return { pid, exited, output, stop, [Symbol.asyncDispose]: dispose }
}

/** Waits until `condition` holds; fails with the child's output when it ends or takes too long. */
export async function waitUntil(
  child: Child,
  what: string,
  condition: () => boolean,
  millisMax: number = waitMillisMax,
): Promise<void> {
  const ended = { status: null as number | string | null }
  void child.exited.then((status) => {
    ended.status = status
  })
  for (const until = performance.now() + millisMax; !condition(); await sleep(10)) {
    if (ended.status !== null) {
      throw new Error(`${what}: the process ended with ${ended.status}\n${child.output()}`)
    }
    if (performance.now() > until) {
      throw new Error(`${what}: not within ${millisMax} ms\n${child.output()}`)
    }
  }
}

const outputCharactersMax = 64 * 1024

function collectOutput(child: ChildProcess, onLine?: (line: string) => void): () => string {
  let all = ''
  for (const stream of [child.stdout!, child.stderr!]) {
    let line = ''
    stream.setEncoding('utf8').on('data', (text: string) => {
      all = (all + text).slice(-outputCharactersMax)
      const lines = (line + text).split('\n')
      line = lines.pop()!
      if (onLine !== undefined) lines.forEach(onLine)
    })
  }
  return () => all
}
