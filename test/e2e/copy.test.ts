// The real command between a real nginx and a target, over real packets on loopback.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { findFreePort } from '../../scripts/free-port.ts'
import { type Nginx, startNginx } from '../../scripts/nginx.ts'
import type { LedgerSnapshot } from '../../src/model/ledger-snapshot.ts'
import { type RecordingTarget, startRecordingTarget } from '../support/recording-target.ts'
import { eventually, rehearse } from '../support/rehearsal.ts'
import { composeTraffic, expectedAtTarget, sendTraffic } from '../support/traffic.ts'

async function startProduction(): Promise<Nginx & { readonly port: number }> {
  const port = await findFreePort()
  const server = 'location / { return 200 "production"; }'
  const listen = [`127.0.0.1:${port}`, `[::1]:${port}`]
  return { ...(await startNginx({ listen, server, accessLogFormat: "'$request_uri'" })), port }
}

/** The bytes of each connection of the target, in an order that does not depend on timing. */
function receivedBy(target: RecordingTarget): string[] {
  const texts = target.connections.map((parts) => Buffer.concat(parts).toString('latin1'))
  return texts.filter((text) => text !== '').sort()
}

function assertBalanced(ledger: LedgerSnapshot): void {
  for (const output of ledger.outputs) {
    assert.equal(output.pending, 0, JSON.stringify(ledger, null, 2))
  }
}

test('1,500 varied requests arrive byte for byte, in order, on a connection per client', async () => {
  await using production = await startProduction()
  await using target = await startRecordingTarget()
  const host = `127.0.0.1:${target.port}`
  await using rehearsal = await rehearse([
    '--input-raw',
    `:${production.port}`,
    '--output-http',
    `http://${host}`,
  ])
  const traffic = composeTraffic(1, 30, 50)
  await sendTraffic({ host: '127.0.0.1', port: production.port }, traffic)
  await eventually('all requests at the target', () => target.requests() >= 1_500)
  const ledger = await rehearsal.finish()
  const expected = traffic.map(({ requests }) =>
    requests.map((request) => expectedAtTarget(request, host)).join(''),
  )
  const received = receivedBy(target)
  assert.equal(received.length, 30)
  // Not deepEqual on the texts: a failure would print megabytes.
  const wrong = expected.sort().findIndex((text, index) => text !== received[index])
  assert.equal(wrong, -1)
  assert.equal(ledger.captured, 1_500)
  assert.equal(ledger.outputs[0]!.answered, 1_500)
  assert.deepEqual(ledger.sources[0]!.dropped, {})
  assertBalanced(ledger)
})

test('IPv6 requests are captured like IPv4 ones, and only of the address that is named', async () => {
  await using production = await startProduction()
  await using target = await startRecordingTarget()
  const { port } = production
  await using rehearsal = await rehearse([
    '--input-raw',
    `[::1]:${port}`,
    '--output-http',
    `http://127.0.0.1:${target.port}`,
  ])
  await sendTraffic({ host: '127.0.0.1', port }, composeTraffic(2, 2, 5))
  await sendTraffic({ host: '::1', port }, composeTraffic(3, 3, 10))
  await eventually('the IPv6 requests at the target', () => target.requests() >= 30)
  const ledger = await rehearsal.finish()
  assert.equal(ledger.captured, 30)
  assertBalanced(ledger)
})

test('both halves: listeners of several ports, a link, a replayer to two targets', async () => {
  await using one = await startProduction()
  await using two = await startProduction()
  await using first = await startRecordingTarget()
  await using second = await startRecordingTarget()
  const link = await findFreePort()
  const targets = [first, second].flatMap(({ port }) => [
    '--output-http',
    `http://127.0.0.1:${port}`,
  ])
  await using replayer = await rehearse(['--input-tcp', `:${link}`, ...targets])
  await using listener = await rehearse([
    '--input-raw',
    `:${one.port},:${two.port}`,
    '--output-tcp',
    `127.0.0.1:${link}`,
  ])
  await sendTraffic({ host: '127.0.0.1', port: one.port }, composeTraffic(4, 5, 20))
  await sendTraffic({ host: '127.0.0.1', port: two.port }, composeTraffic(5, 5, 20))
  await eventually('all requests', () => first.requests() >= 200 && second.requests() >= 200)
  const recorded = await listener.finish()
  const replayed = await replayer.finish()
  assert.equal(recorded.captured, 200)
  assert.equal(recorded.outputs[0]!.delivered, 200)
  assert.equal(replayed.captured, 200)
  assert.deepEqual(
    replayed.outputs.map(({ answered }) => answered),
    [200, 200],
  )
  assertBalanced(recorded)
  assertBalanced(replayed)
})

test('five listeners feed one replayer, and their clients are not mixed up', async () => {
  await using target = await startRecordingTarget()
  const host = `127.0.0.1:${target.port}`
  const link = await findFreePort()
  await using replayer = await rehearse([
    '--input-tcp',
    `:${link}`,
    '--output-http',
    `http://${host}`,
  ])
  await using started = new AsyncDisposableStack()
  const hosts = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const production = await startProduction()
      const input = ['--input-raw', `:${production.port}`]
      const listener = await rehearse([...input, '--output-tcp', `127.0.0.1:${link}`])
      started.use(production)
      started.use(listener)
      return { production, listener }
    }),
  )
  const sent = hosts.map((_, index) => composeTraffic(10 + index, 4, 10))
  await Promise.all(
    hosts.map(({ production }, index) =>
      sendTraffic({ host: '127.0.0.1', port: production.port }, sent[index]!),
    ),
  )
  await eventually('all requests', () => target.requests() >= 200)
  for (const { listener } of hosts) assertBalanced(await listener.finish())
  const ledger = await replayer.finish()
  assert.equal(ledger.outputs[0]!.answered, 200)
  const expected = sent
    .flat()
    .map(({ requests }) => requests.map((request) => expectedAtTarget(request, host)).join(''))
  assert.deepEqual(
    receivedBy(target).map(({ length }) => length),
    expected.sort().map(({ length }) => length),
  )
  assertBalanced(ledger)
})

test('outputs share clients out, sample them and multiply them, and every sum agrees', async () => {
  await using production = await startProduction()
  await using first = await startRecordingTarget()
  await using second = await startRecordingTarget()
  const input = ['--input-raw', `:${production.port}`]
  const output = (target: RecordingTarget, limit = '') => [
    '--output-http',
    `http://127.0.0.1:${target.port}${limit}`,
  ]
  await using split = await rehearse([
    ...input,
    ...output(first),
    ...output(second),
    '--split-output',
    'true',
  ])
  await using limited = await rehearse([
    ...input,
    ...output(first, '|300%'),
    ...output(second, '|10%'),
  ])
  await sendTraffic({ host: '127.0.0.1', port: production.port }, composeTraffic(6, 40, 5))
  await eventually('the copies', () => first.requests() >= 100 + 600)
  const shared = await split.finish()
  assert.deepEqual(
    shared.outputs.map(({ answered }) => answered),
    [100, 100],
  )
  assertBalanced(shared)
  const shaped = await limited.finish()
  assert.equal(shaped.outputs[0]!.answered, 600)
  assert.equal(shaped.outputs[0]!.amplified, 400)
  assert.equal(shaped.outputs[1]!.answered % 5, 0)
  assert.equal(shaped.outputs[1]!.answered + shaped.outputs[1]!.dropped.limit!, 200)
  assertBalanced(shaped)
})

test('an https target is verified, unless that is waived', async () => {
  await using production = await startProduction()
  await using target = await startRecordingTarget({ secure: true })
  const input = [
    '--input-raw',
    `:${production.port}`,
    '--output-http',
    `https://localhost:${target.port}`,
  ]
  await using trusting = await rehearse([...input, '--output-http-skip-verify'])
  await using verifying = await rehearse([...input, '--output-http-timeout', '500ms'])
  await sendTraffic({ host: '127.0.0.1', port: production.port }, composeTraffic(11, 3, 5))
  await eventually('the requests', () => target.requests() >= 15)
  const taken = await trusting.finish()
  assert.equal(taken.outputs[0]!.answered, 15)
  await eventually('refusals', () => verifying.ledger().outputs[0]!.dropped.unreachable === 15)
  assertBalanced(await verifying.finish())
  assert.equal(target.requests(), 15)
})

test('a replayed request that reaches production again is not captured again', async () => {
  await using production = await startProduction()
  await using rehearsal = await rehearse([
    '--input-raw',
    `127.0.0.1:${production.port}`,
    '--output-http',
    `http://127.0.0.1:${production.port}`,
    '--allow-loop',
  ])
  await sendTraffic({ host: '127.0.0.1', port: production.port }, composeTraffic(7, 1, 10))
  await eventually('the replayed requests', () => production.accessLog().length >= 20)
  await eventually(
    'the marked requests',
    () => rehearsal.ledger().sources[0]!.dropped.marked === 10,
  )
  const ledger = await rehearsal.finish()
  assert.equal(ledger.captured, 10)
  assert.equal(production.accessLog().length, 20)
})

test('GoReplay reads what --output-stdout writes in its format', async () => {
  await using production = await startProduction()
  await using rehearsal = await rehearse([
    '--input-raw',
    `:${production.port}`,
    '--output-stdout',
    '--output-stdout-format',
    'gor',
  ])
  const traffic = composeTraffic(8, 1, 3)
  await sendTraffic({ host: '127.0.0.1', port: production.port }, traffic)
  await eventually('three records', () => rehearsal.output().split('🐵🙈🙉').length === 4)
  const meta = /^1 [0-9a-f]{24} \d{19} \d+ len=\d+ conn=[0-9a-f]{16} seq=0$/m
  assert.match(rehearsal.output(), meta)
  await rehearsal.finish()
})

test('a capture gives way to production in all its threads', async () => {
  await using rehearsal = await rehearse(['--input-raw', ':80', '--output-null'])
  const threads = readdirSync(`/proc/${rehearsal.pid}/task`)
  assert.ok(threads.length > 1)
  for (const thread of threads) assert.equal(getPriority(Number(thread)), 10)
})

const nobody = '65534'
const users = [
  ['the one who called sudo', [], nobody],
  ['the one who is named', ['--user', 'nobody'], nobody],
  ['root, when that is wanted', ['--keep-root'], '0'],
] as const

for (const [who, args, uid] of users) {
  test(`once the capture is open the program is ${who}, and it goes on capturing`, async () => {
    await using production = await startProduction()
    await using target = await startRecordingTarget()
    const input = ['--input-raw', `:${production.port}`]
    const output = ['--output-http', `http://127.0.0.1:${target.port}`]
    const asThroughSudo = ['env', `SUDO_UID=${nobody}`, `SUDO_GID=${nobody}`]
    await using rehearsal = await rehearse([...input, ...output, ...args], asThroughSudo)
    const status = readFileSync(`/proc/${rehearsal.pid}/status`, 'utf8')
    assert.match(status, new RegExp(`^Uid:\\t${uid}\\t${uid}\\t${uid}\\t${uid}$`, 'm'))
    assert.equal(/^CapEff:\t0000000000000000$/m.test(status), uid === nobody)
    await sendTraffic({ host: '127.0.0.1', port: production.port }, composeTraffic(9, 2, 5))
    await eventually('the requests', () => target.requests() >= 10)
  })
}

test('a target may have a path prefix, the captured Host, and no mark', async () => {
  await using production = await startProduction()
  await using target = await startRecordingTarget()
  await using rehearsal = await rehearse([
    '--input-raw',
    `:${production.port}`,
    '--output-http',
    `http://127.0.0.1:${target.port}/v2/`,
    '--http-original-host',
    '--no-mark',
  ])
  const traffic = composeTraffic(12, 1, 8)
  await sendTraffic({ host: '127.0.0.1', port: production.port }, traffic)
  await eventually('the requests', () => target.requests() >= 8)
  const captured = traffic[0]!.requests.map((request) => request.toString('latin1'))
  const expected = captured.map((text) => text.replace(' /c0/', ' /v2/c0/')).join('')
  assert.equal(receivedBy(target)[0], expected)
  assertBalanced(await rehearsal.finish())
})

test('a message above the limit is dropped and counted, and the next one arrives', async () => {
  await using production = await startProduction()
  await using target = await startRecordingTarget()
  const input = ['--input-raw', `:${production.port}`, '--copy-buffer-size', '64kb']
  await using rehearsal = await rehearse([
    ...input,
    '--output-http',
    `http://127.0.0.1:${target.port}`,
  ])
  const large = Buffer.concat([
    Buffer.from('POST /large HTTP/1.1\r\nHost: p\r\nContent-Length: 100000\r\n\r\n'),
    Buffer.alloc(100_000, 'x'),
  ])
  const small = Buffer.from('GET /small HTTP/1.1\r\nHost: p\r\n\r\n')
  const requests = [large, small]
  await sendTraffic({ host: '127.0.0.1', port: production.port }, [{ requests, writes: requests }])
  await eventually('the small request', () => target.requests() >= 1)
  const ledger = await rehearsal.finish()
  assert.equal(ledger.captured, 1)
  assert.deepEqual(ledger.sources[0]!.dropped, { 'message-too-long': 1 })
})
