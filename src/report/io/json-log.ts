// `--log-format json`: every line that would be text on standard error is a JSON object instead.
import { pino } from 'pino'

export interface JsonLog {
  info(fields: object, text: string): void
  /** Standard error is as it was again. */
  end(): void
}

const complaint = 'rehearsal: '

/** Takes all that is written to the stream, by whomever; a line that complains is a warning. */
export function openJsonLog(stream: NodeJS.WriteStream): JsonLog {
  const write = stream.write
  const log = pino(
    { base: { name: 'rehearsal', pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => void write.call(stream, line) },
  )
  stream.write = ((chunk: Uint8Array | string) => {
    const text = (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()).trimEnd()
    if (text.startsWith(complaint)) log.warn(text.slice(complaint.length))
    else if (text !== '') log.info(text)
    return true
  }) as typeof stream.write
  return {
    info: (fields, text) => log.info(fields, text),
    end: () => {
      stream.write = write
    },
  }
}
