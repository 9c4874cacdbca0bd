// Recordings of a real service over seven years: the published releases of @octokit/fixtures, each
// recording as it was (raw) and as its authors normalized it by hand.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Release to the integrity of its package. */
const pinsPath = join(import.meta.dirname, 'octokit-fixtures.json')
const cachePath = join(import.meta.dirname, '../../node_modules/.cache/octokit-fixtures')

export interface RecordedExchange {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  /** Made to set a scenario up; its authors keep no normalized form of it. */
  readonly isSetUp: boolean
}

export interface Recording {
  readonly release: string
  readonly scenario: string
  readonly raw: readonly RecordedExchange[]
  /** Of those that are no set-up, in their order. */
  readonly normalized: readonly RecordedExchange[]
  /** Tells recordings apart. */
  readonly digest: string
}

/** All recordings of all pinned releases, fetched once through npm, in the order of releases. */
export function readRecordings(say: (text: string) => void): readonly Recording[] {
  const pins: Readonly<Record<string, string>> = JSON.parse(readFileSync(pinsPath, 'utf8'))
  return Object.entries(pins).flatMap(([release, integrity]) => {
    const folder = join(cachePath, release)
    if (!existsSync(folder)) fetchRelease(release, integrity, folder, say)
    return readRelease(release, join(folder, 'package/scenarios/api.github.com'))
  })
}

function fetchRelease(
  release: string,
  integrity: string,
  folder: string,
  say: (text: string) => void,
): void {
  say(`fetching @octokit/fixtures@${release}`)
  mkdirSync(cachePath, { recursive: true })
  run('npm', ['pack', '--silent', `@octokit/fixtures@${release}`])
  const file = join(cachePath, `octokit-fixtures-${release}.tgz`)
  const digest = createHash('sha512').update(readFileSync(file)).digest('base64')
  if (`sha512-${digest}` !== integrity) throw new Error(`${file} is not what was pinned`)
  mkdirSync(folder)
  run('tar', ['xzf', file, '-C', folder])
}

function run(command: string, argumentsOf: readonly string[]): void {
  const { status, stderr } = spawnSync(command, argumentsOf, { cwd: cachePath, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${argumentsOf.join(' ')}: ${stderr}`)
}

function readRelease(release: string, folder: string): readonly Recording[] {
  return readdirSync(folder).flatMap((scenario) => {
    const path = join(folder, scenario, 'raw-fixture.json')
    if (!existsSync(path)) return []
    const text = readFileSync(path, 'utf8')
    const normalized = readFileSync(join(folder, scenario, 'normalized-fixture.json'), 'utf8')
    const digest = createHash('sha256').update(text).digest('hex')
    return [
      { release, scenario, raw: readFixtures(text), normalized: readFixtures(normalized), digest },
    ]
  })
}

function readFixtures(json: string): readonly RecordedExchange[] {
  return (JSON.parse(json) as readonly NockFixture[]).map(readFixture)
}

/** As the nock library records an exchange. */
interface NockFixture {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly response: unknown
  readonly responseIsBinary?: boolean
  readonly reqheaders?: Readonly<Record<string, unknown>>
  readonly rawHeaders?: readonly string[]
  readonly headers?: Readonly<Record<string, unknown>>
}

function readFixture(fixture: NockFixture): RecordedExchange {
  const { response } = fixture
  const isBinary = fixture.responseIsBinary === true && typeof response === 'string'
  const text = typeof response === 'string' ? response : JSON.stringify(response)
  return {
    method: fixture.method.toUpperCase(),
    path: fixture.path,
    status: fixture.status,
    headers: readHeaders(fixture),
    body: Buffer.from(text ?? '', isBinary ? 'hex' : 'utf8'),
    isSetUp: 'x-octokit-fixture-ignore' in (fixture.reqheaders ?? {}),
  }
}

function readHeaders({ headers, rawHeaders = [] }: NockFixture): readonly [string, string][] {
  if (headers !== undefined) {
    return Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])
  }
  const pairs: [string, string][] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index]!.toLowerCase(), rawHeaders[index + 1]!])
  }
  return pairs
}
