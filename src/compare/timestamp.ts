// Recognizes points in time by how they are written (ISO 8601, RFC 9110 section 5.6.7, Unix time).
import type { Micros } from '../model/message.ts'

export interface Timestamp {
  readonly micros: Micros
  /** How it is written, its zone included: `0000-00-00T00:00:00.000Z`, `unix-seconds`. */
  readonly format: string
  /** The steps that the format can tell apart. */
  readonly step: Micros
}

const second = 1_000_000
const day = 86_400 * second

/** The time that a text tells, in one of the known formats; null where it tells none. */
export function readTimestamp(text: string): Timestamp | null {
  if (text.length < 8 || text.length > 64) return null
  return readIso(text) ?? readCompact(text) ?? readHttpDate(text)
}

/** Unix times from 2001 to 2065 in seconds, milliseconds, microseconds or nanoseconds. */
export function readUnixTime(text: string): Timestamp | null {
  const match = /^(\d{10})(\d{3}|\d{6}|\d{9})?(\.\d{1,9})?$/.exec(text)
  if (match === null) return null
  const seconds = Number(match[1])
  if (seconds < 1_000_000_000 || seconds > 3_000_000_000) return null
  const fraction = match[2] ?? match[3]?.slice(1) ?? ''
  const micros = seconds * second + Number(fraction.padEnd(6, '0').slice(0, 6))
  const format = `unix-${fraction.length}${match[3] === undefined ? '' : '.'}`
  return { micros, format, step: fraction === '' ? second : 1_000 }
}

const isoPattern = new RegExp(
  '^(\\d{4})-(\\d\\d)-(\\d\\d)' +
    '(?:([T ])(\\d\\d):(\\d\\d)(?::(\\d\\d)([.,]\\d{1,9})?)?' +
    '( ?(?:Z|z|UTC|[+-]\\d\\d:?\\d\\d))?)?$',
)

function readIso(text: string): Timestamp | null {
  const match = isoPattern.exec(text)
  if (match === null) return null
  const [, year, month, date, separator, hour = '0', minute = '0', seconds = '0', fraction] = match
  const zone = (match[9] ?? '').trim()
  const micros = toMicros([year!, month!, date!, hour, minute, seconds], fraction?.slice(1) ?? '')
  if (micros === null) return null
  const format = text.slice(0, text.length - zone.length).replace(/\d/g, '0') + zone
  const step = separator === undefined ? day : fraction === undefined ? second : 1_000
  return { micros: micros - zoneMicros(zone), format, step }
}

const compactPattern = /^(\d{4})(\d\d)(\d\d)(T?)(\d\d)(\d\d)(\d\d)(\d{3})?(Z?)$/

function readCompact(text: string): Timestamp | null {
  const match = compactPattern.exec(text)
  if (match === null) return null
  const [, year, month, date, , hour, minute, seconds, millis] = match
  const micros = toMicros([year!, month!, date!, hour!, minute!, seconds!], millis ?? '')
  if (micros === null) return null
  return { micros, format: text.replace(/\d/g, '0'), step: second }
}

const httpDatePattern = new RegExp(
  '^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? ' +
    '\\d\\d?[ -](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ -]\\d{2,4} ' +
    '\\d\\d:\\d\\d:\\d\\d (?:GMT|UTC|[+-]\\d{4})$',
)

function readHttpDate(text: string): Timestamp | null {
  if (!httpDatePattern.test(text)) return null
  const millis = Date.parse(text.replaceAll('-', ' '))
  if (Number.isNaN(millis)) return null
  const format = text.replace(/^\w+/, 'day').replace(/[A-Z][a-z]{2}(?= |-)/, 'month')
  return { micros: millis * 1_000, format: format.replace(/\d/g, '0'), step: second }
}

function toMicros(parts: readonly string[], fraction: string): Micros | null {
  const [year, month, date, hour, minute, seconds] = parts.map(Number)
  if (year! < 1900 || year! > 2200 || month! < 1 || month! > 12 || date! < 1 || date! > 31) {
    return null
  }
  if (hour! > 24 || minute! > 59 || seconds! > 60) return null
  const millis = Date.UTC(year!, month! - 1, date!, hour!, minute!, seconds!)
  return millis * 1_000 + Number(fraction.padEnd(6, '0').slice(0, 6))
}

function zoneMicros(zone: string): Micros {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone)
  if (match === null) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return (match[1] === '-' ? -minutes : minutes) * 60 * second
}

const hour = 3_600 * second
const seasonMicros = 14 * day

/** Written alike; times of different seasons may be an hour apart in their zones. */
export function isSameFormat(a: Timestamp, b: Timestamp): boolean {
  if (a.format === b.format) return true
  const [zoneA, zoneB] = [a, b].map(({ format }) => /[+-]\d\d:?\d\d$/.exec(format)?.[0] ?? '')
  if (zoneA === '' || zoneA!.length !== zoneB!.length) return false
  if (a.format.slice(0, -zoneA!.length) !== b.format.slice(0, -zoneB!.length)) return false
  const isHour = Math.abs(zoneMicros(zoneA!) - zoneMicros(zoneB!)) === hour
  return isHour && Math.abs(a.micros - b.micros) > seasonMicros
}

/** What two answers have to be near each other in, beside the time between the answers. */
const windowMicros = 10 * second
const nearMicros = 60 * second
const quarterHour = 900 * second

/** How two times that differ go together, each seen from the time of its own answer. */
export type TimeRelation =
  /** As far from its answer's time as the other. */
  | 'as-far'
  /** One is as old as its answer, and the other some quarters of an hour off: a zone was lost. */
  | 'zone'
  | 'other'

export function relateTimes(a: Timestamp, b: Timestamp, atA: Micros, atB: Micros): TimeRelation {
  const offsetA = a.micros - atA
  const offsetB = b.micros - atB
  const apart = Math.abs(offsetB - offsetA)
  if (apart <= windowMicros + Math.max(a.step, b.step)) return 'as-far'
  if (Math.min(Math.abs(offsetA), Math.abs(offsetB)) > nearMicros) return 'other'
  const rest = apart % quarterHour
  const isQuarters = Math.min(rest, quarterHour - rest) <= windowMicros
  return isQuarters && apart <= 56 * quarterHour ? 'zone' : 'other'
}
