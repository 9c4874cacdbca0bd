// Durations and sizes as GoReplay's users write them.
import type { Micros } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'

/** Reads `300ms`, `5s`, `1m`, `1h` or sums of them such as `1m30s`. */
export function parseDuration(flag: string, text: string): Micros {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)]
  const read = parts.map((part) => part[0]).join('')
  const micros = parts.reduce(
    (sum, part) => sum + Number(part[1]) * durationUnits[part[2] as 's'],
    0,
  )
  if (read === text && micros > 0) return Math.round(micros)
  throw new OperatorError(
    'bad-duration',
    `--${flag} '${text}' is no duration`,
    'write 300ms, 5s or 1m',
  )
}

/** Reads `512kb`, `5mb`, `1gb` or a number of bytes. */
export function parseSize(flag: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(b|kb|mb|gb|tb)?$/i.exec(text)
  const unit = (match?.[2] ?? 'b').toLowerCase() as keyof typeof sizeUnits
  const bytes = Math.round(Number(match?.[1]) * sizeUnits[unit])
  if (bytes > 0 && Number.isSafeInteger(bytes)) return bytes
  throw new OperatorError('bad-size', `--${flag} '${text}' is no size`, 'write 512kb, 32mb or 1gb')
}

/** Reads a whole number above zero. */
export function parseCount(flag: string, text: string): number {
  return parseWholeNumber(flag, text, 'write a whole number above 0')
}

/** Reads a whole number, 0 included. */
export function parseCountOrZero(flag: string, text: string): number {
  if (/^0+$/.test(text)) return 0
  return parseWholeNumber(flag, text, 'write 0 or a whole number above it')
}

/** Reads a port from 1 to 65535. */
export function parsePort(flag: string, text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port
  throw new OperatorError(
    'bad-port',
    `--${flag} '${text}' is no port`,
    'write a number from 1 to 65535',
  )
}

/** Reads `5%`: above 0, and at most 100. */
export function parsePercent(flag: string, text: string): number {
  const percent = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1])
  if (percent > 0 && percent <= 100) return percent
  throw new OperatorError('bad-percent', `--${flag} '${text}' is no share`, 'write 5%')
}

function parseWholeNumber(flag: string, text: string, hint: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && count > 0 && Number.isSafeInteger(count)) return count
  throw new OperatorError('bad-count', `--${flag} '${text}' is no number`, hint)
}

const durationUnits = { us: 1, ms: 1e3, s: 1e6, m: 60e6, h: 3600e6 } as const
const sizeUnits = { b: 1, kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30, tb: 2 ** 40 } as const
