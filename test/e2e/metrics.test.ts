// The metrics of a real run, as a real Prometheus scrapes them, and as OpenTelemetry sends them.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Child, startChild } from '../../scripts/child.ts'
import { findFreePort } from '../../scripts/free-port.ts'
import { ensureCommand } from '../../scripts/system-packages.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { makeData } from '../../shop/data.ts'
import { startShop } from '../../shop/io/start-shop.ts'
import { visitShop } from '../../shop/io/visit-shop.ts'
import { listenLocally } from '../support/local-server.ts'
import { startRecordingTarget } from '../support/recording-target.ts'
import { command, fetchUntil, rehearse } from '../support/rehearsal.ts'

const deploy = fileURLToPath(new URL('../../deploy', import.meta.url))
const promtool = ensureCommand('promtool')

function check(args: readonly string[], input = ''): void {
  const { status, stdout, stderr } = spawnSync(promtool, args, { input, encoding: 'utf8' })
  assert.equal(status, 0, `promtool ${args.join(' ')}\n${stdout}${stderr}`)
}

/** Names of metrics in an expression: all that is neither a function, a label nor a string. */
function listNames(expression: string): readonly string[] {
  const plain = expression.replace(/"[^"]*"/g, '').replace(/\{[^}]*\}/g, '')
  return plain.match(/\b(rehearsal|process|nodejs|up)(_\w+)?\b/g) ?? []
}

function listExpressions(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'expr' && typeof inner === 'string' ? [inner] : listExpressions(inner),
  )
}

/** Rehearses a shop that has users, with a baseline and compared: every metric has a value. */
async function rehearseShop(folder: string, args: readonly string[]) {
  await using starting = new AsyncDisposableStack()
  const start = async (seed: string) => starting.use(await startShop(['--seed', seed]))
  const [production, candidate, baseline] = [
    await start('20'),
    await start('21'),
    await start('22'),
  ]
  const rehearsal = await rehearse([
    ...['--input-raw', `127.0.0.1:${production.port}`, '--input-raw-track-response'],
    ...['--output-http', `http://127.0.0.1:${candidate.port}`, '--compare', join(folder, 'run')],
    ...['--baseline-http', `http://127.0.0.1:${baseline.port}`, ...args],
  ])
  starting.use(rehearsal)
  const users = visitShop({
    ...{ port: production.port, data: makeData(1, new Set()), seed: 1 },
    ...{ requestsPerSecond: 400, seconds: 6, visitSeconds: 1 },
  })
  starting.defer(async () => void (await users))
  return starting.move()
}

interface Rule {
  readonly query: string
  readonly health: string
}

async function startPrometheus(folder: string, target: number) {
  cpSync(join(deploy, 'prometheus'), folder, { recursive: true })
  const example = readFileSync(join(folder, 'prometheus.yml'), 'utf8')
  const configuration = example
    .replace('scrape_interval: 15s', 'scrape_interval: 500ms\n  evaluation_interval: 500ms')
    .replace("'preview-host:9090'", `'127.0.0.1:${target}'`)
  assert.ok(configuration.includes(`127.0.0.1:${target}`), 'the example has another form')
  writeFileSync(join(folder, 'prometheus.yml'), configuration)
  const port = await findFreePort()
  const child: Child = startChild({
    command: ensureCommand('prometheus'),
    args: [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
  })
  const url = `http://127.0.0.1:${port}`
  await fetchUntil(`${url}/-/ready`, (text) => /ready/i.test(text))
  return { url, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
}

interface Received {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** Takes what OTLP/HTTP sends. */
async function startReceiver() {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { url = '', headers } = request
      received.push({ path: url, headers, body: Buffer.concat(parts) })
      response.writeHead(200, { 'content-type': headers['content-type'] ?? '' }).end()
    })
  })
  const { port, ...listening } = await listenLocally(server)
  return { url: `http://127.0.0.1:${port}`, received, ...listening }
}

async function exportRun(variables: Readonly<Record<string, string>>): Promise<string> {
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
  await using target = await startRecordingTarget()
  const url = `http://127.0.0.1:${target.port}`
  const args = ['--input-dummy', '50', '--output-http', url, '--exit-after', '1s']
  const child = startChild({ through: ['env', ...set], command, args })
  assert.equal(await child.exited, 0, child.output())
  return child.output()
}

interface Exported {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[]
  }[]
}

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string }
}

interface Metric {
  readonly name: string
  readonly unit: string
  readonly sum?: { readonly isMonotonic: boolean; readonly dataPoints: readonly Point[] }
  readonly histogram?: { readonly dataPoints: readonly Point[] }
}

interface Point {
  readonly attributes: readonly Attribute[]
  readonly asDouble?: number
  readonly count?: number
  readonly bucketCounts?: readonly number[]
  readonly explicitBounds?: readonly number[]
}

describe('metrics', { concurrency: 3 }, () => {
  test('a real Prometheus scrapes a run; its rules and the dashboard name only what is there', async () => {
    using folder = createTemporaryFolder('prometheus')
    const port = await findFreePort()
    await using prometheus = await startPrometheus(folder.path, port)
    await using _ = await rehearseShop(folder.path, ['--metrics', `127.0.0.1:${port}`])
    const isCompared = (text: string) => /^rehearsal_comparisons_total\{.*\} [1-9]/m.test(text)
    const scraped = await fetchUntil(`http://127.0.0.1:${port}/metrics`, isCompared)
    check(['check', 'metrics'], scraped)
    check(['check', 'rules', join(deploy, 'prometheus/rules.yml')])

    const api = `${prometheus.url}/api/v1`
    const dashboard = JSON.parse(readFileSync(join(deploy, 'grafana/rehearsal.json'), 'utf8'))
    const rules = await (await fetch(`${api}/rules`)).json()
    const { data } = rules as { data: { groups: readonly { rules: readonly Rule[] }[] } }
    const all = data.groups.flatMap((group) => group.rules)
    assert.deepEqual(
      all.filter(({ health }) => health === 'err'),
      [],
    )
    const expressions = [...listExpressions(dashboard), ...all.map(({ query }) => query)]
    assert.ok(expressions.length > 30)
    const wanted = [...new Set(expressions.flatMap(listNames))]
    // A name is there when it was scraped, and a rule's when it was evaluated.
    const missingIn = (text: string) => wanted.filter((name) => !text.includes(`"${name}"`))
    const url = `${api}/label/__name__/values`
    const names = await fetchUntil(url, (text) => missingIn(text).length === 0).catch(String)
    assert.deepEqual(missingIn(names), [])
    for (const expression of expressions) {
      const own = expression.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '1m')
      const answer = await fetch(`${api}/query?query=${encodeURIComponent(own)}`)
      assert.equal(answer.status, 200, `${expression}: ${await answer.text()}`)
    }
  })

  test('OpenTelemetry gets the same metrics, where its variables say', async () => {
    await using receiver = await startReceiver()
    const output = await exportRun({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=shop',
      OTEL_SERVICE_NAME: 'rehearsal-of-the-shop',
    })
    assert.doesNotMatch(output, /cannot export/)
    const { path, headers, body } = receiver.received.at(-1)!
    assert.equal(path, '/v1/metrics')
    assert.equal(headers['x-tenant'], 'shop')
    const [exported] = (JSON.parse(body.toString()) as Exported).resourceMetrics
    const service = exported!.resource.attributes.find(({ key }) => key === 'service.name')
    assert.equal(service?.value.stringValue, 'rehearsal-of-the-shop')
    const metrics = exported!.scopeMetrics.flatMap((scope) => scope.metrics)
    const delivered = metrics.find(
      ({ name }) => name === 'rehearsal_output_delivered_messages_total',
    )
    assert.equal(delivered?.sum?.isMonotonic, true)
    const [count] = delivered!.sum!.dataPoints
    assert.ok(count!.asDouble! > 0)
    const latency = metrics.find(({ name }) => name === 'rehearsal_answer_latency_seconds')!
    assert.equal(latency.unit, 's')
    const [spread] = latency.histogram!.dataPoints
    assert.equal(Number(spread!.count), count!.asDouble)
    const counts = spread!.bucketCounts!.map(Number)
    assert.equal(counts.length, spread!.explicitBounds!.length + 1)
    assert.equal(
      counts.reduce((sum, each) => sum + each, 0),
      count!.asDouble,
    )
  })

  test('OpenTelemetry is spoken in protobuf unless told otherwise, and a refusal is said', async () => {
    await using receiver = await startReceiver()
    const variables = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${receiver.url}/own/path` }
    await exportRun(variables)
    const { path, headers, body } = receiver.received.at(-1)!
    assert.deepEqual([path, headers['content-type']], ['/own/path', 'application/x-protobuf'])
    assert.ok(body.includes('rehearsal_schedule_error_seconds'))
    await receiver[Symbol.asyncDispose]()
    const impatient = { ...variables, OTEL_EXPORTER_OTLP_TIMEOUT: '300' }
    assert.match(await exportRun(impatient), /^rehearsal: cannot export metrics: /m)
  })
})
