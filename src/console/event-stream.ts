// Server-sent events (HTML, section 9.2): what a page is told while it is open.

export interface EventSource {
  /** Ends when nobody is to be told any more. */
  readonly ticks: AsyncIterator<unknown>
  /** Something to tell, if it is other than last time. */
  readonly read: () => Promise<unknown>
  /** Called once, when it is over. */
  readonly onEnd: () => void
}

/** So many ticks without news, and a line is sent that keeps proxies from hanging up. */
const quietTicksMax = 15

/**
 * The stream's bytes. Nothing is made before the reader asks for it, so that one that does not read
 * costs nothing; what it then gets is the newest.
 */
export function streamEvents({ ticks, read, onEnd }: EventSource): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let told = ''
  let quiet = 0
  let started = false
  const next = async (): Promise<string | null> => {
    for (;;) {
      if (started && (await ticks.next()).done === true) return null
      started = true
      const text = JSON.stringify(await read())
      if (text !== told) {
        told = text
        quiet = 0
        return `data: ${text}\n\n`
      }
      quiet += 1
      if (quiet < quietTicksMax) continue
      quiet = 0
      return ': still here\n\n'
    }
  }
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const text = await next()
        if (text === null) {
          onEnd()
          controller.close()
        } else controller.enqueue(encoder.encode(text))
      },
      cancel: async () => {
        onEnd()
        await ticks.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
