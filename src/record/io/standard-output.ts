// Standard output that never blocks the program: `process.stdout` does, on pipes and terminals.
import { createWriteStream } from 'node:fs'

export interface StandardOutput {
  /** Queues the bytes; false: wait until less is pending. */
  write(bytes: Uint8Array): boolean
  /** Bytes that the operating system has not taken yet. */
  pendingBytes(): number
}

/** `onError` hears that nobody reads any more, once. */
export function openStandardOutput(onError: () => void): StandardOutput {
  const stream = createWriteStream('', { fd: 1, autoClose: false })
  stream.once('error', onError)
  return {
    write: (bytes) => stream.write(bytes),
    pendingBytes: () => stream.writableLength,
  }
}
