// The middleware as a child process, whose standard input and output are a wire.
import { spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Wire, WireHandler } from '../../model/world.ts'

/** Whether there is a program of that name, on the path where the name holds no slash. */
export function isProgram(name: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const paths = name.includes('/') ? [name] : folders.map((folder) => join(folder, name))
  return paths.some((path) => {
    try {
      accessSync(path, constants.X_OK)
      return statSync(path).isFile()
    } catch {
      return false
    }
  })
}

/** What it has started may hold its output open so long after its own end. */
const outputAfterExitMillis = 500

/** Starts the words as a program; what it says on standard error goes to ours. */
export function startMiddleware(words: readonly string[], handler: WireHandler): Wire {
  // In a session of its own: Ctrl-C is for us, and it is to print what it still has.
  const child = spawn(words[0]!, words.slice(1), {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const { stdin, stdout } = child
  child.on('spawn', () => handler.connected())
  child.on('error', () => {})
  // A program that reads no more is told by its end.
  stdin.on('error', () => {})
  stdin.on('drain', () => handler.drained())
  stdout.on('data', (bytes: Buffer) => handler.received(bytes))
  child.on('exit', () => setTimeout(() => stdout.destroy(), outputAfterExitMillis).unref())
  // Behind the last of its output, and also where it could not be started.
  child.on('close', (code) => handler.closed(code === 0 ? 'ended' : 'failed'))
  return {
    write: (bytes) => stdin.writable && stdin.write(bytes),
    pendingBytes: () => stdin.writableLength,
    end: () => void stdin.end(),
    destroy: () => kill(child.pid),
  }
}

/** With all that it has started. */
function kill(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has gone meanwhile.
  }
}
