// `rehearsal explain RUN ENDPOINT [PATH]`: all that is known of one place.
import { OperatorError } from '../model/operator-error.ts'
import type { EndpointTally, RunTally } from '../model/run-tally.ts'
import { isEndpointKind } from '../model/verdict.ts'
import { formatExplanation } from '../report/explain-text.ts'
import { readCommandLine } from './command.ts'
import { judgeHelp, judgeOptions, readJudgedRun } from './judged-run.ts'

const help = `rehearsal explain RUN 'GET /orders/{id}' ['$.total'] [FLAGS]

Labels, numbers, rule, values and examples of one place, or of all places of an endpoint.

${judgeHelp}`

const namedMax = 8

/** Prints the explanation and gives the exit code. */
export async function runExplain(args: readonly string[]): Promise<number> {
  const line = readCommandLine(help, args, judgeOptions, { min: 2, max: 3 })
  if (line === null) return 0
  const [folder = '', name = '', path] = line.words
  const { tally, report } = await readJudgedRun(folder, line)
  const endpoint = findEndpoint(tally, name)
  const paths = endpoint.paths.filter((place) => path === undefined || place.path === path)
  // What the whole endpoint is like is told in any case.
  const isWhole = path === undefined || isEndpointKind(path)
  if (paths.length === 0 && !isWhole) {
    const known = [...new Set(endpoint.paths.map((place) => place.path))]
    throw new OperatorError(
      'no-path',
      `nothing differs at ${path} of ${name}`,
      known.length === 0 ? 'it is the same everywhere' : `there is ${nameSome(known)}`,
    )
  }
  process.stdout.write(formatExplanation(endpoint, paths, report))
  return 0
}

function findEndpoint({ endpoints }: RunTally, name: string): EndpointTally {
  const found = endpoints.find(({ endpoint }) => endpoint === name)
  if (found !== undefined) return found
  const [, ownPath = name] = name.split(' ')
  const near = endpoints.filter(({ endpoint }) => endpoint.includes(ownPath))
  const known = (near.length > 0 ? near : endpoints).map(({ endpoint }) => `'${endpoint}'`)
  const hint = known.length === 0 ? 'nothing was compared' : `there is ${nameSome(known)}`
  throw new OperatorError('no-endpoint', `the run has no endpoint '${name}'`, hint)
}

function nameSome(names: readonly string[]): string {
  const more = names.length - namedMax
  return `${names.slice(0, namedMax).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
