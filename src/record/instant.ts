// Points in time as text, to the microsecond.
import type { Micros } from '../model/message.ts'

/** Reads a date and time of ISO 8601 to the microsecond; null where it is none. */
export function parseInstant(text: string): Micros | null {
  const millis = Date.parse(text)
  if (Number.isNaN(millis)) return null
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? ''
  return millis * 1_000 + Number(fraction.padEnd(6, '0').slice(3, 6))
}

/** ISO 8601 in UTC, to the microsecond. */
export function formatInstant(at: Micros): string {
  const millis = Math.floor(at / 1_000)
  const rest = String(at - millis * 1_000).padStart(3, '0')
  return new Date(millis).toISOString().replace('Z', `${rest}Z`)
}
