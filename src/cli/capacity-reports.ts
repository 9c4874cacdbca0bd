// What `rehearsal capacity --report` has written into a run's folder, or into `capacity` there.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readStress } from '../app/stress-view.ts'
import type { StressView, StressViews } from '../model/console.ts'
import { findReportFault } from '../report/capacity-schema.ts'

/** Reads the reports of a folder; what cannot be read is said once for each file. */
export function createCapacityReader(say: (text: string) => void): (folder: string) => StressViews {
  const said = new Set<string>()
  return (folder) => {
    const found = readReports(folder)
    for (const { file, why } of found.unreadable) {
      if (said.has(file)) continue
      said.add(file)
      say(`rehearsal: ${file} is not shown: ${why}`)
    }
    return found
  }
}

const names = ['capacity.json', 'capacity/capacity.json']

function readReports(folder: string): StressViews {
  const views: StressView[] = []
  const unreadable: { file: string; why: string }[] = []
  for (const name of names) {
    const file = join(folder, name)
    const read = readReport(file)
    if (typeof read === 'string') unreadable.push({ file, why: read })
    else if (read !== null) views.push(read)
  }
  return { views, unreadable }
}

/** Null: there is none. Text: why it cannot be read. */
function readReport(file: string): StressView | string | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    return error instanceof SyntaxError ? `it is no JSON (${message})` : message
  }
  const fault = findReportFault(parsed)
  if (fault === null) return readStress(parsed)
  return `it is no report of this version of rehearsal capacity (${oneLine(fault)})`
}

const whyLengthMax = 200

/** The first fault of several, which are two lines each. */
function oneLine(faults: string): string {
  const line = faults.split('\n').slice(0, 2).join(' ').replace(/\s+/g, ' ').trim()
  return line.length <= whyLengthMax ? line : `${line.slice(0, whyLengthMax)}…`
}
