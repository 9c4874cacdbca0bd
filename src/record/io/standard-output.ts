// Standard output that never blocks the program: `process.stdout` does, on pipes and terminals.
import { createWriteStream } from 'node:fs'

export interface StandardOutput {
  /** Queues the bytes; false: wait until less is pending. */
  write(bytes: Uint8Array): boolean
  /** Bytes that the operating system has not taken; never will, where nobody reads any more. */
  pendingBytes(): number
  isBroken(): boolean
}

/** `onError` hears that nobody reads any more, once. */
export function openStandardOutput(onError: () => void): StandardOutput {
  const stream = createWriteStream('', { fd: 1, autoClose: false })
  let pendingBytes = 0
  let isBroken = false
  stream.once('error', () => {
    isBroken = true
    onError()
  })
  return {
    write(bytes) {
      pendingBytes += bytes.length
      return stream.write(bytes, (error) => {
        if (!error) pendingBytes -= bytes.length
      })
    },
    pendingBytes: () => pendingBytes,
    isBroken: () => isBroken,
  }
}
