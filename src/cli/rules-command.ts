// `rehearsal rules RUN …`: lists the rules, or edits them; the verdict is judged again each time.
import { findingKinds, readRules } from '../compare/judge/rules.ts'
import { OperatorError } from '../model/operator-error.ts'
import { formatNoise } from '../report/noise-text.ts'
import { fit, plural } from '../report/plain-text.ts'
import { formatVerdict } from '../report/verdict-text.ts'
import { openRunReader } from '../store/io/run-reader.ts'
import { addRule, parseRules, removeRule } from '../store/rules-document.ts'
import { type CommandLine, readCommandLine, textOf } from './command.ts'
import {
  type JudgedRun,
  judgeHelp,
  judgeOptions,
  readGates,
  readJudgedRun,
  rulesPath,
} from './judged-run.ts'
import { readRulesText, readToday } from './run-rules.ts'
import { parseCount } from './units.ts'
import { writeText } from './written-text.ts'

const help = `rehearsal rules RUN [list | remove N | accept|ignore|noise ENDPOINT [PATH] --reason T]

Lists the rules with what each matched, and what values were held to as noise; or edits rules.yaml.
* in ENDPOINT and PATH is any text.

  accept                        the candidate means to do otherwise
  ignore                        the place is not looked at
  noise                         its value differs by itself, so that only its type counts
  --reason TEXT                 why, for who reads it later
  --until DATE                  the last day that it holds: 2026-12-31
  --owner NAME                  who decided
  --kind KIND                   only this kind of difference: value, missing, status, …
  --from CLASS, --to CLASS      only values of this class before, and of the candidate
${judgeHelp}`

const options = {
  ...judgeOptions,
  reason: { type: 'string' },
  until: { type: 'string' },
  owner: { type: 'string' },
  kind: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
} as const

/** Prints the rules, or what an edit has made of the verdict, and gives the exit code. */
export async function runRules(args: readonly string[]): Promise<number> {
  const line = readCommandLine(help, args, options, { min: 1, max: 4 })
  if (line === null) return 0
  const [folder = '', action] = line.words
  refuseKind(line)
  if (action === undefined || (action === 'list' && line.words.length === 2)) {
    printRules(await readJudgedRun(folder, line))
    return 0
  }
  // First of all: there is a run to judge again. A file of rules that is not there yet is made.
  readGates(line)
  await (await openRunReader(folder)).close()
  const path = rulesPath(folder, line)
  const edited = edit(path, readRulesText(path), line)
  // What we write has to be what we read.
  readRules(path, parseRules(path, edited))
  await writeText(path, edited)
  const run = await readJudgedRun(folder, line)
  printRules(run)
  process.stdout.write(`\n${formatVerdict(run.report, folder)}\n`)
  return 0
}

function edit(path: string, text: string, line: CommandLine): string {
  const [, action = '', first, second] = line.words
  if (action === 'remove' && first !== undefined && second === undefined) {
    return removeRule(path, text, parseCount('remove', first))
  }
  if (!['accept', 'ignore', 'noise'].includes(action) || first === undefined) {
    throw new OperatorError(
      'bad-argument',
      `rules cannot ${line.words.slice(1).join(' ')}`,
      "write accept, ignore or noise with an 'ENDPOINT', or remove with a number",
    )
  }
  const reason = textOf(line, 'reason')
  if (reason === undefined) {
    throw new OperatorError('no-reason', 'a rule needs a reason', "add --reason 'why it is right'")
  }
  const given = (name: string) => textOf(line, name)
  return addRule(path, text, {
    action,
    endpoint: first,
    path: second,
    kind: given('kind'),
    from: given('from'),
    to: given('to'),
    reason,
    owner: given('owner'),
    until: given('until'),
    added: readToday(),
  })
}

/** One that there is not would match nothing, and a list has all of them. */
function refuseKind(line: CommandLine): void {
  const kind = textOf(line, 'kind')
  if (kind === undefined) return
  if (!findingKinds.includes(kind)) {
    throw new OperatorError(
      'bad-kind',
      `there is no kind of difference '${kind}'`,
      `write ${findingKinds.join(', ')}`,
    )
  }
  const [, action = 'list'] = line.words
  if (['accept', 'ignore', 'noise'].includes(action)) return
  throw new OperatorError(
    'bad-argument',
    `${action} takes no --kind`,
    'it is for a rule to be made',
  )
}

function printRules({ verdict }: JudgedRun): void {
  if (verdict.rules.length === 0) process.stdout.write('no rules\n')
  verdict.rules.forEach(({ rule, hits, warning }, index) => {
    const note = warning === null ? '' : `; warning: ${warning}`
    process.stdout.write(`${fit(`${index + 1}. ${rule}: ${plural(hits, 'hit')}${note}`)}\n`)
  })
  if (verdict.noise.length === 0) return
  const noise = formatNoise(verdict.noise).map((text) => `  ${text}`)
  process.stdout.write(`\n${['held to weaker checks, as noise:', ...noise].join('\n')}\n`)
}
