// Whole sessions: sampled by their cookie, multiplied with a login each, and kept from the link.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { findFreePort } from '../../scripts/free-port.ts'
import { isBalanced } from '../../scripts/rehearsal.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { makeData } from '../../shop/data.ts'
import { startShop } from '../../shop/io/start-shop.ts'
import { visitShop } from '../../shop/io/visit-shop.ts'
import { type RecordingTarget, startRecordingTarget } from '../support/recording-target.ts'
import { eventually, rehearse } from '../support/rehearsal.ts'

/** Passes connections on to the port, and keeps all bytes that came from the other side. */
async function startTap(
  to: number,
): Promise<{ readonly port: number; seen(): string } & AsyncDisposable> {
  const seen: Buffer[] = []
  const server = createServer((socket) => {
    const onward = connect(to, '127.0.0.1')
    socket.on('data', (bytes) => seen.push(bytes)).on('error', () => onward.destroy())
    onward.on('error', () => socket.destroy())
    socket.pipe(onward).pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.close()
    await once(server, 'close')
  }
  const text = () => Buffer.concat(seen).toString('latin1')
  return { port, seen: text, [Symbol.asyncDispose]: close }
}

/** Sends the requests over one connection, each when the one before was answered. */
async function ask(port: number, requests: readonly string[]): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  for (const request of requests) {
    socket.write(request, 'latin1')
    await once(socket, 'data')
  }
  socket.end().resume()
  await once(socket, 'close')
}

function receivedBy({ connections }: RecordingTarget): string {
  return connections.map((parts) => Buffer.concat(parts).toString('latin1')).join('')
}

test('what is redacted at the listener is on no wire behind it, and both halves set headers', async () => {
  await using production = await startRecordingTarget()
  await using target = await startRecordingTarget()
  const link = await findFreePort()
  await using replayer = await rehearse([
    ...['--input-tcp', `127.0.0.1:${link}`, '--output-http', `http://127.0.0.1:${target.port}`],
    ...['--http-set-header', 'X-Env: preview', '--http-set-header', 'X-Half: replayer'],
  ])
  await using tap = await startTap(link)
  await using listener = await rehearse([
    ...['--input-raw', `:${production.port}`, '--input-raw-realip-header', 'X-Real-IP'],
    ...['--http-set-header', 'X-Half: listener', '--http-set-header', 'X-Origin: shop'],
    ...['--redact', 'header:Authorization', '--redact', 'json:$.password'],
    ...['--redact', 'query:token', '--output-tcp', `127.0.0.1:${tap.port}`],
  ])
  const secrets = ['bearer-secret', 'password-secret', 'token-secret']
  const body = '{"user": "open-user", "password": "password-secret"}'
  const requests = Array.from({ length: 20 }, (_, index) =>
    [
      `POST /login?token=token-secret&page=open-${index} HTTP/1.1`,
      'Host: shop',
      'Authorization: Bearer bearer-secret',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  )
  await ask(production.port, requests)
  await eventually('all requests', () => target.requests() === requests.length)
  assert.ok(isBalanced(await listener.finish()))
  assert.ok(isBalanced(await replayer.finish()))
  for (const text of [tap.seen(), receivedBy(target)]) {
    for (const secret of secrets) assert.ok(!text.includes(secret), secret)
    assert.equal(text.match(/"user": "open-user", "password": "redacted-/g)?.length, 20)
    assert.equal(text.match(/\?token=redacted-\w+&page=open-\d+ /g)?.length, 20)
    assert.equal(text.match(/\r\nX-Origin: shop\r\n/g)?.length, 20)
    assert.equal(text.match(/\r\nX-Real-IP: 127\.0\.0\.1\r\n/g)?.length, 20)
  }
  assert.equal(tap.seen().match(/\r\nX-Half: listener\r\n/g)?.length, 20)
  const received = receivedBy(target)
  assert.equal(received.match(/\r\nX-Env: preview\r\n/g)?.length, 20)
  assert.equal(received.match(/\r\nX-Half: replayer\r\n/g)?.length, 20)
  assert.ok(!received.includes('X-Half: listener'))
})

test('sampled by a cookie, a user is replayed whole or not at all, over whatever connections', async () => {
  await using production = await startRecordingTarget()
  await using target = await startRecordingTarget()
  await using rehearsal = await rehearse([
    ...['--input-raw', `:${production.port}`, '--sample-by', 'cookie:sid'],
    ...['--output-http', `http://127.0.0.1:${target.port}|40%`],
  ])
  const users = Array.from({ length: 50 }, (_, index) => `user${index}x`)
  const requestsOf = (user: string) =>
    ['/a', '/b'].map((path) => `GET ${path} HTTP/1.1\r\nHost: shop\r\nCookie: sid=${user}\r\n\r\n`)
  for (let connections = 0; connections < 3; connections++) {
    await Promise.all(users.map((user) => ask(production.port, requestsOf(user))))
  }
  await eventually('the fate of every request', () => {
    const { captured, outputs } = rehearsal.ledger()
    return captured === 300 && outputs[0]!.answered + outputs[0]!.dropped.limit! === 300
  })
  const ledger = await rehearsal.finish()
  assert.ok(isBalanced(ledger))
  const received = receivedBy(target)
  const counts = users.map((user) => received.split(`sid=${user}\r\n`).length - 1)
  assert.deepEqual([...new Set(counts)].sort(), [0, 6])
  const chosen = counts.filter((count) => count === 6).length
  assert.ok(chosen >= 8 && chosen <= 32, `${chosen} of ${users.length}`)
  assert.equal(ledger.outputs[0]!.answered, 6 * chosen)
})

test('three times the traffic with correlation are three sessions for one, each logged in by itself', async (context) => {
  using folder = createTemporaryFolder('sessions')
  // The command becomes the user who called sudo, who has to write here.
  chmodSync(folder.path, 0o777)
  const path = join(folder.path, 'replayed.gor')
  await using production = await startShop(['--seed', '7', '--data', '3'])
  await using candidate = await startShop(['--seed', '99', '--data', '3'])
  await using rehearsal = await rehearse([
    ...['--input-raw', `:${production.port}`, '--input-raw-track-response', '--correlate'],
    ...['--output-http', `http://127.0.0.1:${candidate.port}|300%`],
    ...['--output-http-track-response', '--redact', 'none'],
    ...['--output-file', path, '--output-file-append'],
    // A slow machine is to lose nothing.
    ...['--output-http-timeout', '60s'],
  ])
  const visited = await visitShop({
    ...{ port: production.port, data: makeData(3, new Set()), seed: 5 },
    ...{ requestsPerSecond: 100, seconds: 3, visitSeconds: 1 },
  })
  await eventually('the answers to all copies', () => {
    return (rehearsal.ledger().outputs[0]?.answered ?? 0) >= 3 * visited.requests
  })
  const ledger = await rehearsal.finish()
  assert.ok(isBalanced(ledger))
  const wanted = sumOf(visited.byStatus, (status) => status < 400)
  const succeeded = sumOf(ledger.outputs[0]!.statuses, (status) => status < 400)
  context.diagnostic(`${succeeded} of 3 × ${wanted} requests that production served succeeded`)
  assert.ok(wanted > 100, `${wanted}`)
  // Copies share the candidate's data: what one of three can have only, two get 409 for.
  assert.ok(succeeded >= 3 * wanted * 0.99, `${succeeded} of 3 × ${wanted}`)
  const [own, copied] = [sessionsIn(path, '2'), sessionsIn(path, '3')]
  assert.ok(own.size > 5, `${own.size}`)
  assert.equal(copied.size, 3 * own.size)
  for (const session of copied) assert.ok(!own.has(session), session)
})

function sumOf(
  byStatus: Readonly<Record<string, number>>,
  isCounted: (status: number) => boolean,
): number {
  return Object.entries(byStatus)
    .filter(([status]) => isCounted(Number(status)))
    .reduce((sum, [, count]) => sum + count, 0)
}

/** The sessions that answers of this type issued, in a recording. */
function sessionsIn(path: string, type: '2' | '3'): ReadonlySet<string> {
  const records = readFileSync(path, 'latin1').split(separator)
  const answers = records.filter((record) => record.startsWith(`${type} `))
  const cookies = answers.flatMap((answer) => answer.match(/^set-cookie: session=[^;\r]+/gim) ?? [])
  return new Set(cookies.map((cookie) => cookie.slice(cookie.indexOf('=') + 1)))
}

const separator = Buffer.from('\n🐵🙈🙉\n').toString('latin1')
