// `rules.yaml` as text that is edited: comments and order stay as the operator wrote them.
import { type Document, isSeq, parseDocument } from 'yaml'
import { OperatorError } from '../model/operator-error.ts'

/** What a rule is made of, in the order it is written; undefined is left out. */
export type RuleFields = Readonly<Record<string, string | undefined>>

const emptyRules = `# Decisions about differences between releases: see docs/comparing.md.
version: 1
rules: []
`

/** What the file says, unchecked; `name` is what an operator error calls a file that is no YAML. */
export function parseRules(name: string, text: string): unknown {
  return parse(name, text).toJS({ maxAliasCount: 100 }) as unknown
}

/** The file with one rule more, at the end; an empty text becomes a whole file. */
export function addRule(name: string, text: string, rule: RuleFields): string {
  const document = parse(name, text.trim() === '' ? emptyRules : text)
  const fields = Object.entries(rule).filter(([, value]) => value !== undefined)
  const rules = rulesOf(name, document)
  // `rules: []` would put everything in one line.
  rules.flow = false
  rules.add(document.createNode(Object.fromEntries(fields)))
  return write(document)
}

/** The file without its rule of that number, from 1, and the rest as it was. */
export function removeRule(name: string, text: string, number: number): string {
  const document = parse(name, text)
  const rules = rulesOf(name, document)
  if (number < 1 || number > rules.items.length) {
    throw new OperatorError(
      'no-rule',
      `${name} has no rule ${number}`,
      `it has ${rules.items.length}; rehearsal rules RUN lists them`,
    )
  }
  rules.items.splice(number - 1, 1)
  return write(document)
}

function rulesOf(name: string, document: Document) {
  if (!document.has('rules')) document.set('rules', document.createNode([]))
  if (!document.has('version')) document.set('version', 1)
  const rules = document.get('rules')
  if (isSeq(rules)) return rules
  throw new OperatorError('bad-rules', `${name}: rules is no list`, 'write rules as a list')
}

function parse(name: string, text: string): Document {
  const document = parseDocument(text)
  const [error] = document.errors
  if (error === undefined) return document as Document
  const [what] = error.message.split('\n')
  throw new OperatorError('bad-rules', `${name}: ${what}`, 'see docs/comparing.md for an example')
}

function write(document: Document): string {
  return document.toString({ lineWidth: 100 })
}
