// What Zeek's own tests say of HTTP in the traces that they read: the http.log of each.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Transaction } from './trace-findings.ts'

export interface ZeekLog {
  readonly test: string
  /** Below `pcaps`. */
  readonly trace: string
  /** A line of the log, in what its columns say of method, target and status. */
  readonly lines: readonly string[]
  /** The same of what we have found. */
  readonly describe: (transaction: Transaction) => string
}

/** The logs of the tests that the index ties to a trace. */
export function readZeekLogs(root: string): readonly ZeekLog[] {
  const index = readFileSync(join(root, 'INDEX.md'), 'utf8')
  return [...index.matchAll(/^\|([^|]+)\|.*\|$/gm)].flatMap(([row, trace]) =>
    [...row.matchAll(/`([\w.-]+)`(?: \(-C\))?: /g)].flatMap(([, test]) => {
      const path = join(root, 'expected', test!, 'http.log')
      const log = existsSync(path) ? readLog(readFileSync(path, 'latin1')) : null
      return log === null ? [] : [{ test: test!, trace: trace!, ...log }]
    }),
  )
}

const columns = ['method', 'uri', 'status_code'] as const

/** Null where nothing of method, target and status is in it. */
function readLog(text: string): Pick<ZeekLog, 'lines' | 'describe'> | null {
  const lines = text.split('\n').filter((line) => line !== '')
  const rows = lines.filter((line) => !line.startsWith('#'))
  const heading = lines.find((line) => line.startsWith('#fields\t'))?.slice('#fields\t'.length)
  // Logs that were cut to some columns begin with their names.
  const names = (heading ?? rows.shift() ?? '').split('\t')
  const places = columns.map((column) => names.indexOf(column))
  if (places.every((place) => place === -1)) return null
  const join = (values: readonly (string | null)[]) =>
    values
      .filter((_, index) => places[index] !== -1)
      .map((value) => value ?? '-')
      .join(' ')
  return {
    lines: rows.map((row) => {
      const values = row.split('\t')
      const [method, target, status] = places.map((place) => values[place] ?? null)
      return join([method!, unescapeLog(target ?? '-'), status!])
    }),
    describe: ({ method, target, status }) => join([method, unescapeTarget(target), status]),
  }
}

function unescapeLog(text: string): string {
  return unescapeTarget(text.replace(/\\x([0-9a-f]{2})/gi, (_, digits) => toCharacter(digits)))
}

/** Zeek logs targets unescaped. */
function unescapeTarget(target: string): string {
  return target.replace(/%([0-9a-f]{2})/gi, (_, digits) => toCharacter(digits))
}

function toCharacter(digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 16))
}
