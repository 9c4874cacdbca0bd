// Formats without nesting of their own: lines, records of JSON, event streams, forms.
import type { Defect } from './body-decoder.ts'
import { readJson } from './json-reader.ts'
import { listOf, type Node, objectOf } from './node.ts'

interface Records {
  readonly root: Node
  /** What is wrong with the first bad record. */
  readonly defect: Defect | null
}

/** Lines of a text; beyond that many, the last one holds the rest. */
const linesMax = 200_000
const fieldsMax = 10_000

/** A text of one line as it is, another as the list of its lines. */
export function readLines(text: string): Node {
  const lines = splitLines(text)
  return lines.length === 1 ? lines[0]! : listOf(lines)
}

function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/)
  // The line end of the last line begins no other.
  if (lines.length > 1 && lines.at(-1) === '') lines.pop()
  if (lines.length <= linesMax) return lines
  return [...lines.slice(0, linesMax - 1), lines.slice(linesMax - 1).join('\n')]
}

/** One JSON value per line, or behind record separators (RFC 7464); empty lines are none. */
export function readJsonLines(text: string): Records {
  const items: Node[] = []
  let defect: Defect | null = null
  splitLines(text.replaceAll('\u001e', '\n')).forEach((line, index) => {
    if (line.trim() === '') return
    const outcome = readJson(line)
    if (outcome.kind === 'malformed') {
      defect ??= { kind: 'malformed', what: `record ${index}: ${outcome.what}` }
    }
    items.push(outcome.kind === 'read' ? outcome.node : line)
  })
  return { root: listOf(items), defect }
}

/** Server-sent events as a browser takes them in (HTML standard, 9.2.6); data is opened as JSON. */
export function readEventStream(text: string): Records {
  const events: Node[] = []
  let fields = new Map<string, string>()
  for (const line of [...splitLines(text.replace(/^\ufeff/, '')), '']) {
    if (line === '') {
      if (fields.size > 0) events.push(eventOf(fields))
      fields = new Map()
      continue
    }
    const colon = line.indexOf(':')
    if (colon === 0) continue
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    const before = name === 'data' ? fields.get(name) : undefined
    fields.set(name, before === undefined ? value : `${before}\n${value}`)
  }
  return { root: listOf(events), defect: null }
}

function eventOf(fields: ReadonlyMap<string, string>): Node {
  const values = [...fields].map(([name, value]): Node => {
    if (name !== 'data' || !/^\s*[[{]/.test(value)) return value
    const outcome = readJson(value)
    return outcome.kind === 'read' ? outcome.node : value
  })
  return objectOf([...fields.keys()], values)
}

/** Names to values; a name that comes again has a list of them. */
export function readForm(text: string): Node {
  const byName = new Map<string, string[]>()
  let count = 0
  for (const [name, value] of new URLSearchParams(text.trimEnd())) {
    if (++count > fieldsMax) break
    const values = byName.get(name)
    if (values === undefined) byName.set(name, [value])
    else values.push(value)
  }
  const values = [...byName.values()].map((all) => (all.length === 1 ? all[0]! : listOf(all)))
  return objectOf([...byName.keys()], values)
}
