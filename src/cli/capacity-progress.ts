// How the search is going: a line that is written over on a terminal, plain lines elsewhere.
import type { CapacityProgress } from '../app/capacity.ts'
import { formatLevel, formatMillis, formatPercent, formatTrial } from '../report/capacity-text.ts'

export interface ProgressPrinter {
  readonly tell: (progress: CapacityProgress) => void
  /** Takes the line away. */
  end(): void
}

const eraseLine = '\r\x1b[2K'

/** Writes to standard error; a quiet one writes nothing. */
export function createProgressPrinter(isQuiet: boolean): ProgressPrinter {
  if (isQuiet) return { tell: () => {}, end: () => {} }
  const isTerminal = process.stderr.isTTY === true
  let shown = false
  let told = ''
  const erase = () => {
    if (shown) process.stderr.write(eraseLine)
    shown = false
  }
  return {
    end: erase,
    tell: (progress) => {
      const line = describe(progress)
      if (progress.kind === 'playing' || progress.kind === 'recovering') {
        if (!isTerminal || line === told) return
        process.stderr.write(`${eraseLine}${line.slice(0, (process.stderr.columns ?? 80) - 1)}`)
        shown = true
        told = line
        return
      }
      erase()
      process.stderr.write(`${line}\n`)
    },
  }
}

function describe(progress: CapacityProgress): string {
  switch (progress.kind) {
    case 'judged':
      return `${formatTrial(progress.trial)}${formatBracket(progress.bracket)}`
    case 'recovered': {
      const { level, seconds } = progress.recovery
      const how = seconds === null ? 'not under load' : `after ${seconds.toFixed(1)} s`
      return `${formatLevel(level).padStart(6)} recovered ${how}`
    }
    default: {
      const { glance, kind, bracket } = progress
      const { level, elapsed, duration, recent } = glance
      const errors = formatPercent(recent.errors / Math.max(1, recent.offered))
      const what = kind === 'recovering' ? 'recovering at' : 'trying'
      return (
        `${what} ${formatLevel(level)} ${Math.max(0, elapsed / 1e6).toFixed(0)} of ` +
        `${(duration / 1e6).toFixed(0)} s: ${recent.offered} req/s, ` +
        `p99 ${formatMillis(recent.p99)} ms, errors ${errors}${formatBracket(bracket)}`
      )
    }
  }
}

function formatBracket([held, broke]: Bracket): string {
  if (held === 0) return ''
  if (broke === null) return ` [≥ ${formatLevel(held)}]`
  return ` [${formatLevel(held)} to ${formatLevel(broke)}]`
}

type Bracket = Extract<CapacityProgress, { readonly kind: 'judged' }>['bracket']
