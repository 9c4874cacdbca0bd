// The edges of the program against real peers: a mirroring proxy, TLS on the link, https targets
// that ask for a certificate, WebSocket.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { WebSocketServer } from 'ws'
import { findFreePort } from '../../scripts/free-port.ts'
import { startNginx } from '../../scripts/nginx.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { formatGorMeta } from '../../src/protocol/gor/gor-meta.ts'
import { writeGorRecord } from '../../src/protocol/gor/gor-writer.ts'
import { listenLocally } from '../support/local-server.ts'
import { createRequest } from '../support/messages.ts'
import { startRecordingTarget } from '../support/recording-target.ts'
import { eventually, rehearse, runRehearsal } from '../support/rehearsal.ts'

/** A certificate for `localhost` that is its own authority, and its key. */
const pemPath = fileURLToPath(new URL('../support/localhost.pem', import.meta.url))
const pem = readFileSync(pemPath)

const requests = [0, 1, 2].map((sequence) =>
  createRequest({
    sequence,
    at: 1_767_323_045_000_000 + sequence,
    payload: `POST /${sequence} HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\n\r\nbody`,
  }),
)

function writeRecording(folder: string): readonly string[] {
  const path = join(folder, 'three.gor')
  writeFileSync(path, Buffer.concat(requests.map(writeGorRecord)))
  return ['--input-file', path]
}

test('what nginx mirrors is replayed with its own Host, headers and body', async () => {
  const [port, mirror] = [await findFreePort(), await findFreePort()]
  await using production = await startRecordingTarget()
  await using target = await startRecordingTarget()
  await using _nginx = await startNginx({
    listen: [`127.0.0.1:${port}`],
    server: `
      location / {
        mirror /rehearsal;
        proxy_pass http://127.0.0.1:${production.port};
      }
      location = /rehearsal {
        internal;
        proxy_pass http://127.0.0.1:${mirror}$request_uri;
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header Connection "";
      }`,
  })
  await using rehearsal = await rehearse([
    ...['--input-http', `127.0.0.1:${mirror}`, '--http-original-host', '--no-mark'],
    ...['--output-http', `http://127.0.0.1:${target.port}`],
  ])
  const body = 'x'.repeat(100_000)
  const url = `http://127.0.0.1:${port}/cart?id=1%2F2`
  const answers = [
    await fetch(url, { headers: { 'X-Own': 'kept' } }),
    await fetch(url, { method: 'POST', body, headers: { 'X-Own': 'kept' } }),
  ]
  for (const answer of answers) assert.equal(await answer.text(), 'ok')
  await eventually('both replayed', () => target.requests() === 2)
  const received = target.connections.map((parts) => Buffer.concat(parts).toString('latin1'))
  const [get, post] = ['GET', 'POST'].map((method) => received.find((t) => t.startsWith(method))!)
  for (const text of [get!, post!]) {
    assert.match(text, /^\w+ \/cart\?id=1%2F2 HTTP\/1\.1\r\n/)
    assert.match(text, new RegExp(`\r\nHost: 127\\.0\\.0\\.1:${port}\r\n`))
    assert.match(text, /\r\nX-Own: kept\r\n/i)
  }
  assert.ok(post!.endsWith(`\r\n\r\n${body}`))
  const ledger = await rehearsal.finish()
  assert.equal(ledger.captured, 2)
  assert.deepEqual(ledger.sources[0]!.dropped, {})
})

test('the link speaks TLS: a known authority is enough, and an unknown one is named', async () => {
  using folder = createTemporaryFolder('tls')
  const port = await findFreePort()
  await using replayer = await rehearse([
    ...['--input-tcp', `127.0.0.1:${port}`, '--output-null', '--input-tcp-secure'],
    ...['--input-tcp-certificate', pemPath, '--input-tcp-certificate-key', pemPath],
  ])
  const link = ['--output-tcp', `localhost:${port}`, '--output-tcp-secure']
  const input = writeRecording(folder.path)
  const trusting = await runRehearsal([...input, ...link, '--output-tcp-ca', pemPath])
  assert.equal(trusting.status, 0, trusting.output)
  await eventually('all three arrived', () => replayer.ledger().captured === 3)
  await using distrusting = await rehearse([...input, ...link])
  const named = /cannot reach localhost:\d+: self-signed.*--output-tcp-ca/
  await eventually('the reason is named', () => named.test(distrusting.output()))
  await distrusting.stop('SIGKILL')
  const careless = ['--output-tcp-skip-verify', '--output-tcp-workers', '3']
  const workers = await runRehearsal([...input, ...link, ...careless])
  assert.equal(workers.status, 0, workers.output)
  await eventually('all three arrived again', () => replayer.ledger().captured === 6)
})

test('a link of which one side alone speaks TLS is told on both', async () => {
  const [secure, plain] = [await findFreePort(), await findFreePort()]
  await using secured = await rehearse([
    ...['--input-tcp', `127.0.0.1:${secure}`, '--output-null', '--input-tcp-secure'],
    ...['--input-tcp-certificate', pemPath, '--input-tcp-certificate-key', pemPath],
  ])
  await using open = await rehearse(['--input-tcp', `127.0.0.1:${plain}`, '--output-null'])
  const dummy = ['--input-dummy', '20', '--output-tcp']
  await using careless = await rehearse([...dummy, `127.0.0.1:${secure}`])
  await using careful = await rehearse([...dummy, `127.0.0.1:${plain}`, '--output-tcp-secure'])
  const told: readonly (readonly [{ output(): string }, RegExp])[] = [
    [secured, /TLS with 127\.0\.0\.1 fails: .*add --output-tcp-secure there/],
    [careless, /it ends each connection soon; it may want --output-tcp-secure/],
    [open, /127\.0\.0\.1 is no listener: it speaks TLS; add --input-tcp-secure/],
    [careful, /it ends the connection when TLS begins; .*needs --input-tcp-secure/],
  ]
  for (const [side, words] of told) {
    await eventually(`${words}`, () => words.test(side.output()))
  }
  for (const side of [careless, careful]) await side.stop('SIGKILL')
})

test('an https target is verified by the given authority, and shown the given certificate', async () => {
  using folder = createTemporaryFolder('tls')
  const seen: (readonly unknown[])[] = []
  const options = { key: pem, cert: pem, ca: pem, requestCert: true, rejectUnauthorized: true }
  const server = createHttpsServer(options, (request, response) => {
    const socket = request.socket as TLSSocket & { readonly servername: string }
    seen.push([request.url, socket.getPeerCertificate().subject.CN, socket.servername])
    response.end('ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const target = `https://localhost:${(server.address() as AddressInfo).port}`
  const args = [...writeRecording(folder.path), '--output-http', target]
  const shown = ['--output-http-client-cert', pemPath, '--output-http-client-key', pemPath]
  const { status, output } = await runRehearsal([...args, ...shown, '--output-http-ca', pemPath])
  assert.equal(status, 0, output)
  assert.deepEqual(
    seen,
    [0, 1, 2].map((sequence) => [`/${sequence}`, 'localhost', 'localhost']),
  )
  const untrusted = await runRehearsal([...args, ...shown, '--output-http-timeout', '1s'])
  assert.match(untrusted.output, /TLS with localhost fails: self-signed.*--output-http-ca/)
  const unknown = await runRehearsal([...args, '--output-http-ca', pemPath])
  assert.match(
    unknown.output,
    /TLS with localhost fails: \w+ alert certificate required; .*--output-http-client-cert/,
  )
  server.closeAllConnections()
  server.close()
})

test('each message is one binary WebSocket message behind Basic credentials', async () => {
  using folder = createTemporaryFolder('websocket')
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const received: (readonly [boolean, string])[] = []
  const asked: unknown[] = []
  server.on('connection', (socket, { url, headers }) => {
    asked.push([url, headers.authorization])
    socket.on('message', (bytes: Buffer, isBinary) =>
      received.push([isBinary, bytes.toString('latin1')]),
    )
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const input = writeRecording(folder.path)
  const url = `ws://user:pass@127.0.0.1:${port}/take?all`
  const { status, output } = await runRehearsal([...input, '--output-ws', url])
  assert.equal(status, 0, output)
  assert.match(output, /3 delivered/)
  await eventually('all arrived', () => received.length === 3)
  assert.deepEqual(
    received,
    requests.map((request) => {
      const payload = Buffer.from(request.payload).toString('latin1')
      return [true, formatGorMeta(request) + payload]
    }),
  )
  assert.deepEqual(asked, [['/take?all', `Basic ${btoa('user:pass')}`]])
  server.close()
})

test('a WebSocket peer that refuses is told with what to do, and no password is shown', async () => {
  const server = createHttpServer()
  server.on('upgrade', (_, socket) => {
    socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n')
  })
  await using web = await listenLocally(server)
  const at = `127.0.0.1:${web.port}`
  const told: readonly (readonly [string, string])[] = [
    [
      `ws://user:wrong@${at}/x`,
      `ws://user:***@${at}/x: Unexpected server response: 401; check user`,
    ],
    [`wss://${at}/x`, `wss://${at}/x: wrong version number; it may speak no TLS: try ws://`],
    [
      `ws://127.0.0.1:${await findFreePort()}/x`,
      'it accepts no connection; messages wait, up to --output-queue-size',
    ],
  ]
  for (const [url, words] of told) {
    await using run = await rehearse(['--input-dummy', '20', '--output-ws', url])
    await eventually(words, () => run.output().includes(`${words}`))
    await run.stop('SIGKILL')
    assert.doesNotMatch(run.output(), /wrong@|SSL routines/)
  }
})
