// Holds the borders between the folders, and the rules of the house that no other tool checks.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

type Files = ReadonlyMap<string, string>

const shared = ['model', 'base', 'protocol']
const stages = [
  'capture',
  'reassembly',
  'shape',
  'record',
  'link',
  'replay',
  'capacity',
  'compare',
  'store',
  'report',
  'console',
]

/** Which folder may import which, besides itself. A new arrow is an ADR. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  base: [],
  protocol: ['model', 'base'],
  ...Object.fromEntries(stages.map((stage) => [stage, shared])),
  ...Object.fromEntries([...stages, 'network'].map((stage) => [`${stage}/io`, [...shared, stage]])),
  // Runs in a browser: it knows the shapes of what it shows, and nothing that runs here.
  'console/browser': ['model'],
  app: [...shared, ...stages],
  sim: [...shared, ...stages, 'app'],
  // Somebody else's service: what judges it must share no code with it, so it knows no stage.
  shop: ['base'],
  'shop/io': ['base', 'shop', 'scripts'],
  // The composition root: it makes the parts, opens the world for them, and hands them to app.
  cli: [...shared, ...stages, 'app', 'network/io', ...stages.map((stage) => `${stage}/io`)],
}

/** Folders that touch the world, and so may use any module, library and global. */
const touchesWorld = /^(cli|console\/browser|\w+\/io)$/

const pureModules = /^node:(assert|assert\/strict|zlib|crypto)$/
/** They compute and touch nothing: sketches of quantiles, and parsers of HTML, XML and YAML. */
const pureLibraries: readonly string[] = [
  '@datadog/sketches-js',
  'hdr-histogram-js',
  'parse5',
  'saxes',
  'yaml',
  'zod',
]

/** The simulation lets promises settle between its events; that reads no clock. */
const simulationMayUse: readonly string[] = ['node:timers/promises', 'setImmediate']

const worldlyGlobals = [
  /(?<![.\w$])Date\.now\b/,
  /(?<![.\w$])new Date\(\s*\)/,
  /(?<![.\w$])Math\.random\b/,
  /(?<![.\w$])performance\./,
  /(?<![.\w$])(set|clear)(Timeout|Interval|Immediate)\b/,
  /(?<![.\w$])fetch\(/,
  /(?<![.\w$])process\./,
  /(?<![.\w$])console\./,
  /(?<![.\w$])globalThis\b/,
]

const fileName = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|sim\.test|bench|pcap))?\.tsx?$/
const emptyNames = /^(utils?|helpers?|common|types|index|misc|shared)\.ts$/
const linesMax = 400
const columnsMax = 100

test('every file keeps the rules of the house', () => {
  assert.deepEqual(findViolations(readFiles()), [])
})

test('the source folders are found', () => {
  const found = new Set([...readFiles().keys()].map(folderOf))
  for (const folder of ['model', 'base', 'protocol', 'app', 'cli']) assert.ok(found.has(folder))
})

const noViolations: Readonly<Record<string, string>> = {
  'src/replay/target.ts': "import type { Message } from '../model/message.ts'\n",
  'src/replay/io/wire.ts': "import net from 'node:net'\nimport { a } from '../target.ts'\n",
  'src/shape/clock.ts': 'export type Clock = { now(): number } // not Date.now()\n',
  'src/shape/text.ts': "export type Text = 'https://process.example/'\n",
  'src/shape/clock.test.ts': "import { test } from 'node:test'\nsetTimeout(test, 1)\n",
  'src/app/date.ts': "import { a } from '../replay/target.ts'\nexport type D = 'new Date()'\n",
  'src/console/browser/page.tsx':
    "import { h } from 'preact'\nimport type { M } from '../../model/message.ts'\nh(fetch('/'))\n",
  'src/cli/main.ts': "import { a } from '../replay/io/wire.ts'\nconsole.log(Date.now())\n",
  'sim/world.ts': "import { a } from '../src/app/date.ts'\nsetImmediate(a)\n",
}

test('what the rules allow is no violation', () => {
  assert.deepEqual(findViolations(new Map(Object.entries(noViolations))), [])
})

const violations: readonly (readonly [path: string, text: string, violation: string])[] = [
  ['src/base/a.ts', "import type { M } from '../model/message.ts'", 'base imports model'],
  ['src/replay/a.ts', "import type { L } from '../link/b.ts'", 'replay imports link'],
  ['src/replay/a.ts', "import type { L } from './io/wire.ts'", 'replay imports replay/io'],
  [
    'src/replay/io/a.ts',
    "import type { L } from '../../link/io/b.ts'",
    'replay/io imports link/io',
  ],
  ['src/app/a.ts', "import { b } from '../replay/io/wire.ts'", 'app imports replay/io'],
  ['src/app/a.ts', "export * from '../cli/flags.ts'", 'app imports cli'],
  ['src/app/a.ts', "void import('../cli/flags.ts')", 'app imports cli'],
  ['src/app/a.test.ts', "import '../cli/flags.ts'", 'app imports cli'],
  ['sim/a.ts', "import { b } from '../src/replay/io/wire.ts'", 'sim imports replay/io'],
  ['sim/a.ts', 'setTimeout(a, 1)', 'uses setTimeout'],
  ['src/replay/a.ts', "import { b } from '../../test/support/b.ts'", 'replay imports test'],
  ['src/app/a.ts', "import { b } from '../../shop/shop.ts'", 'app imports shop'],
  ['shop/a.ts', "import { b } from '../src/protocol/a.ts'", 'shop imports protocol'],
  ['shop/a.ts', "import { b } from './io/serve-shop.ts'", 'shop imports shop/io'],
  ['shop/a.ts', 'type A = 1; Date.now()', 'uses Date.now'],
  ['src/other/a.ts', 'export type A = 1', 'other is no folder of the import table'],
  ['src/a.ts', 'export type A = 1', 'src is no folder of the import table'],
  [
    'src/console/browser/a.tsx',
    "import { m } from '../../model/message.ts'",
    'imports more than types of model',
  ],
  [
    'src/console/browser/a.tsx',
    "import type { A } from '../api.ts'",
    'console/browser imports console',
  ],
  ['src/link/a.ts', "import type { S } from 'node:net'", 'imports node:net'],
  ['src/link/a.ts', "import type { S } from 'koffi'", 'imports koffi'],
  ['src/link/a.ts', 'type A = 1; Date.now()', 'uses Date.now'],
  ['src/link/a.ts', 'type A = 1; new Date()', 'uses new Date()'],
  ['src/link/a.ts', 'type A = 1; Math.random()', 'uses Math.random'],
  ['src/link/a.ts', 'type A = 1; setTimeout(b, 1)', 'uses setTimeout'],
  ['src/link/a.ts', "type A = 'http://x'; process.exit(1)", 'uses process.'],
  ['src/link/a.ts', 'type A = 1; console.log(1)', 'uses console.'],
  ['src/link/a.ts', "type A = 1; fetch('x')", 'uses fetch('],
  ['src/link/a.ts', 'type A = 1; `$' + '{process.pid}`', 'uses process.'],
  ['src/link/a.ts', 'export function a(): void {}', 'has no test beside it'],
  ['src/link/a.ts', 'export class A {}', 'has no test beside it'],
  ['src/link/a.ts', 'export type A = 1 // TO' + 'DO', 'holds a note to self'],
  ['src/link/utils.ts', 'export type A = 1', 'has a name that says nothing'],
  ['src/link/linkPeer.ts', 'export type A = 1', 'is not named in kebab-case'],
  ['src/link/a.ts', '\n'.repeat(401), 'has 401 lines'],
  ['src/link/a.ts', `type A = '${'a'.repeat(100)}'`, 'line 1 has 111 columns'],
  ['test/a.test.ts', 'test.on' + "ly('a', () => {})", 'leaves tests out'],
  ['test/a.test.ts', "test('a', { sk" + 'ip: true }, () => {})', 'leaves tests out'],
]

for (const [path, text, violation] of violations) {
  test(`${path} that ${violation} is refused: ${text.slice(0, 40).trim()}`, () => {
    assert.deepEqual(findViolations(new Map([[path, text]])), [`${path} ${violation}`])
  })
}

test('files that import each other in a circle are refused', () => {
  const files = new Map([
    ['src/model/a.ts', "import type { B } from './b.ts'"],
    ['src/model/b.ts', "import type { C } from './c.ts'"],
    ['src/model/c.ts', "import type { A } from './a.ts'"],
  ])
  const cycle = 'src/model/a.ts imports itself through src/model/b.ts, src/model/c.ts'
  assert.deepEqual(findViolations(files), [cycle])
})

function readFiles(): Files {
  const root = join(import.meta.dirname, '..')
  const folders = ['src', 'sim', 'shop', 'test', 'bench', 'demo', 'scripts']
  const paths = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((path) => `${folder}/${path}`),
  )
  const sources = paths.filter((path) => /\.tsx?$/.test(path))
  return new Map(sources.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

function findViolations(files: Files): readonly string[] {
  const found = [...files].flatMap(([path, text]) => {
    const checks = [checkText(path, text), checkName(path)]
    if (/^(src|sim|shop)\//.test(path))
      checks.push(checkBorders(path, text), checkTested(path, files))
    return checks.flat().map((violation) => `${path} ${violation}`)
  })
  return [...found, ...findCycles(files)]
}

function checkText(path: string, text: string): readonly string[] {
  const found: string[] = []
  const lines = text.replace(/\n$/, '').split('\n')
  if (lines.length > linesMax) found.push(`has ${lines.length} lines`)
  lines.forEach((line, index) => {
    // The name of a test is a sentence, and stays on its line.
    if (line.length > columnsMax && !/^\s*test\(['`]/.test(line))
      found.push(`line ${index + 1} has ${line.length} columns`)
  })
  if (/\b(TO[D]O|FIX[M]E|X[X]X)\b/.test(text)) found.push('holds a note to self')
  const leftOut = /\b(test|it|describe|suite)\.(skip|only|todo)\b|\b(skip|only|todo): /
  if (path.endsWith('.test.ts') && leftOut.test(text)) found.push('leaves tests out')
  return found
}

function checkName(path: string): readonly string[] {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (emptyNames.test(name)) return ['has a name that says nothing']
  return fileName.test(name) ? [] : ['is not named in kebab-case']
}

function checkBorders(path: string, text: string): readonly string[] {
  const folder = folderOf(path)
  const allowed = mayImport[folder]
  if (allowed === undefined) return [`${folder} is no folder of the import table`]
  const isTest = path.endsWith('.test.ts')
  const worldly = isTest || touchesWorld.test(folder)
  const exempt = folder === 'sim' ? simulationMayUse : []
  const pure = [...pureLibraries, ...exempt]
  const found: string[] = []
  for (const imported of importsOf(text)) {
    if (/\.tsx?$/.test(imported)) {
      const other = folderOf(resolveImport(path, imported))
      const ofTests = isTest && (other === 'test' || other === 'sim')
      if (other !== folder && !allowed.includes(other) && !ofTests) {
        found.push(`${folder} imports ${other}`)
      }
    } else if (!worldly && !pureModules.test(imported) && !pure.includes(imported)) {
      found.push(`imports ${imported}`)
    }
  }
  if (folder === 'console/browser' && /^import (?!type\b).*\bmodel\//m.test(text)) {
    found.push('imports more than types of model')
  }
  if (worldly) return found
  const code = withoutComments(text, true)
  const used = worldlyGlobals.flatMap((pattern) => pattern.exec(code)?.[0] ?? [])
  const forbidden = used.filter((name) => !exempt.includes(name))
  return [...found, ...forbidden.map((name) => `uses ${name}`)]
}

/** Types need no test; what touches the world, and a shop, are tested from outside. */
function checkTested(path: string, files: Files): readonly string[] {
  const folder = folderOf(path)
  const exempt =
    folder === 'model' || folder === 'sim' || folder === 'shop' || touchesWorld.test(folder)
  if (exempt || path.endsWith('.test.ts')) return []
  const runs = /^(export )?(async )?(const|let|function\*?|class) /m.test(files.get(path) ?? '')
  return runs && !files.has(path.replace(/\.ts$/, '.test.ts')) ? ['has no test beside it'] : []
}

/** Each circle once, from that of its files whose path sorts first. */
function findCycles(files: Files): readonly string[] {
  const graph = new Map<string, readonly string[]>()
  for (const [path, text] of files) {
    const imports = importsOf(text).filter((imported) => /\.tsx?$/.test(imported))
    graph.set(
      path,
      imports.map((imported) => resolveImport(path, imported)),
    )
  }
  return [...graph.keys()].flatMap((start) => {
    const trail = findWayBack(graph, start)
    return trail === null ? [] : [`${start} imports itself through ${trail.join(', ')}`]
  })
}

/** The files between `start` and `start`, all sorted after it; null where there is no such way. */
function findWayBack(
  graph: ReadonlyMap<string, readonly string[]>,
  start: string,
): readonly string[] | null {
  const seen = new Set<string>()
  const trails: (readonly string[])[] = [[]]
  for (let trail = trails.pop(); trail !== undefined; trail = trails.pop()) {
    for (const next of graph.get(trail.at(-1) ?? start) ?? []) {
      if (next === start) return trail
      if (next < start || seen.has(next)) continue
      seen.add(next)
      trails.push([...trail, next])
    }
  }
  return null
}

function resolveImport(path: string, imported: string): string {
  return normalize(join(dirname(path), imported))
}

/** `src/replay/io/http1/a.ts` is in `replay/io`, and `test/support/a.ts` in `test`. */
function folderOf(path: string): string {
  if (/^shop\/(main\.ts|visitors\.ts|io\/)/.test(path)) return 'shop/io'
  const [top = '', second = '', third = ''] = dirname(path).split('/')
  if (top !== 'src' || second === '') return top
  const isApart = third === 'io' || `${second}/${third}` === 'console/browser'
  return isApart ? `${second}/${third}` : second
}

function importsOf(text: string): readonly string[] {
  const code = withoutComments(text, false)
  const imports = /^\s*(?:import|export)\b(?:[^'"`;=()]*\bfrom)?\s*['"]([^'"]+)['"]/gm
  const dynamicImports = /\bimport\(\s*['"]([^'"]+)['"]/g
  return [imports, dynamicImports].flatMap((pattern) =>
    [...code.matchAll(pattern)].map((match) => match[1]!),
  )
}

/** Empties comments and, where asked to, quoted strings; templates stay, for they hold code. */
function withoutComments(text: string, stringsToo: boolean): string {
  const pattern =
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g
  return text.replace(pattern, (found) => {
    if (found.startsWith('/')) return ''
    return stringsToo && !found.startsWith('`') ? "''" : found
  })
}
