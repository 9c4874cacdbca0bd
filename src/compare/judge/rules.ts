// `rules.yaml`: what an operator has decided about differences, each with its scope and its reason.
import { z } from 'zod'
import { OperatorError } from '../../model/operator-error.ts'
import type { Rule } from '../../model/rule.ts'
import type { Finding } from '../../model/verdict.ts'

const day = z.iso.date()

/** All of them: one that is missing here does not compile. */
const kindTable: Readonly<Record<Finding['kind'], true>> = {
  status: true,
  failed: true,
  header: true,
  'header-missing': true,
  'header-extra': true,
  value: true,
  type: true,
  missing: true,
  extra: true,
  order: true,
  'element-missing': true,
  'element-extra': true,
  'element-changed': true,
  'duplicate-key': true,
  malformed: true,
  truncated: true,
  encoding: true,
  latency: true,
  failure: true,
  size: true,
}

/** What a rule may name as the kind of difference that it is for. */
export const findingKinds: readonly string[] = Object.keys(kindTable)

const ruleSchema = z
  .strictObject({
    action: z
      .enum(['accept', 'ignore', 'noise'])
      .describe(
        'accept: the candidate means to do otherwise; ignore: the place is not looked at; ' +
          'noise: its value differs by itself, so that only its type counts',
      ),
    endpoint: z.string().min(1).default('*').describe('GET /orders/{id}; * stands for any text'),
    path: z.string().min(1).default('*').describe('$.total, header.etag or status; * for any text'),
    kind: z.string().min(1).optional().describe('value, missing, status, …; any where not given'),
    from: z
      .string()
      .min(1)
      .optional()
      .describe('class of the value before: integer, word, null, …'),
    to: z.string().min(1).optional().describe('class of the value of the candidate'),
    reason: z.string().min(1).describe('why, for who reads it later'),
    owner: z.string().min(1).optional(),
    until: day.optional().describe('the last day that the rule holds: 2026-12-31'),
    added: day.optional(),
  })
  .describe('one decision about differences')

export const rulesSchema: z.ZodType<RulesFile> = z
  .strictObject({ version: z.literal(1), rules: z.array(ruleSchema).max(10_000) })
  .describe('Rehearsal: rules for differences between releases')

export interface RulesFile {
  readonly version: 1
  readonly rules: readonly Rule[]
}

/** The rules of a parsed file; `name` is what an operator error calls one that cannot be read. */
export function readRules(name: string, parsed: unknown): readonly Rule[] {
  if (parsed === null || parsed === undefined) return []
  const result = rulesSchema.safeParse(parsed)
  if (result.success) return result.data.rules
  const [issue] = result.error.issues
  const where = issue?.path.join('.') ?? ''
  throw new OperatorError(
    'bad-rules',
    `${name}: ${where === '' ? '' : `${where}: `}${issue?.message ?? 'cannot be read'}`,
    'see docs/rules.schema.json for what a rule may say',
  )
}

/** The file's JSON schema (draft 2020-12), to be published. */
export function rulesJsonSchema(): unknown {
  return z.toJSONSchema(rulesSchema)
}

/** In a line: `accept GET /orders/{id} $.total`. */
export function nameRule(rule: Rule): string {
  const { action, endpoint, path, kind, from, to } = rule
  const classes = from === undefined && to === undefined ? '' : ` ${from ?? '*'} → ${to ?? '*'}`
  return `${action} ${endpoint} ${path}${kind === undefined ? '' : ` ${kind}`}${classes}`
}

/** Whether the rule is for such a finding; `today` as 2026-01-31. */
export function matchesRule(rule: Rule, finding: Finding, today: string): boolean {
  if (isOver(rule, today)) return false
  if (rule.kind !== undefined && rule.kind !== finding.kind) return false
  const [from = '', to = ''] = finding.classes.split(' → ')
  if (rule.from !== undefined && rule.from !== from) return false
  if (rule.to !== undefined && rule.to !== to) return false
  // What became of another type is more than noise.
  if (rule.action === 'noise' && (from !== to || finding.kind !== 'value')) return false
  return matchesText(rule.endpoint, finding.endpoint) && matchesText(rule.path, finding.path)
}

export function isOver(rule: Rule, today: string): boolean {
  return rule.until !== undefined && rule.until < today
}

/** `*` stands for any text, and is taken literally as well, since paths hold it. */
function matchesText(pattern: string, text: string): boolean {
  if (pattern === text) return true
  const parts = pattern.split('*')
  if (parts.length === 1) return false
  const [first, last] = [parts[0]!, parts.at(-1)!]
  if (!text.startsWith(first) || text.length < first.length + last.length) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}
