// Lines at the foot of a terminal that are drawn over, while other text goes on above them.
import { styleText } from 'node:util'
import type { Stretch, Tone } from '../status-block.ts'

export interface LiveBlock {
  draw(lines: readonly (readonly Stretch[])[]): void
  /** Takes the block away, and gives the terminal back as it was. */
  end(): void
}

const columnsMax = 100

/** Characters that a line of the block may have at this terminal. */
export function columnsOf(stream: NodeJS.WriteStream): number {
  return Math.min(columnsMax, Math.max(20, stream.columns ?? columnsMax) - 1)
}

/** All that is written to the stream meanwhile, by whomever, comes above the block. */
export function openLiveBlock(stream: NodeJS.WriteStream): LiveBlock {
  let drawn: readonly string[] = []
  const write = stream.write
  const put = (text: string) => void write.call(stream, text)
  // What others write may end without a line end; the block then waits for one.
  let isAtLineStart = true
  const show = () => {
    if (isAtLineStart) put(drawn.map((line) => `${line}\n`).join(''))
  }
  const erase = () => {
    if (isAtLineStart && drawn.length > 0) put(`\x1b[${drawn.length}A\r\x1b[J`)
  }
  stream.write = ((chunk: Uint8Array | string, ...rest: []) => {
    erase()
    const result = write.call(stream, chunk, ...rest)
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1')
    if (text !== '') isAtLineStart = text.endsWith('\n')
    show()
    return result
  }) as typeof stream.write
  return {
    draw: (lines) => {
      const rows = Math.max(1, (stream.rows ?? 24) - 1)
      const next = lines.slice(0, rows).map((line) => paint(line, stream))
      const back = drawn.length === 0 ? '' : `\x1b[${drawn.length}A\r`
      drawn = next
      // In one write, so that nothing flickers.
      if (isAtLineStart) put(`${back}${next.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`)
    },
    end: () => {
      erase()
      drawn = []
      stream.write = write
    },
  }
}

const styles = {
  strong: 'bold',
  good: ['bold', 'green'],
  bad: 'red',
  faint: 'dim',
} as const satisfies Record<Tone, unknown>

/** Heeds NO_COLOR, and what the terminal can do. */
function paint(line: readonly Stretch[], stream: NodeJS.WriteStream): string {
  return line
    .map(({ text, tone }) =>
      tone === undefined ? text : styleText(styles[tone] as 'bold', text, { stream }),
    )
    .join('')
}
