// Conversations that are no requests and answers, captured from real packets on loopback: real
// WebSocket peers, and a real Redis.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { startRedis } from '../../scripts/redis.ts'
import { isBalanced } from '../../scripts/rehearsal.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import type { LedgerSnapshot } from '../../src/model/ledger-snapshot.ts'
import { startRecordingTarget } from '../support/recording-target.ts'
import { eventually, rehearse } from '../support/rehearsal.ts'
import { readRecording } from '../support/session-outcomes.ts'

interface ChatServer extends AsyncDisposable {
  readonly port: number
  /** By path: all bytes behind the upgrade, as they came. */
  readonly received: ReadonlyMap<string, Buffer>
  /** By path: what the frames came to. */
  readonly events: ReadonlyMap<string, readonly string[]>
}

/** Upgrades every request, and answers each message with its length. */
async function startChat(): Promise<ChatServer> {
  const received = new Map<string, Buffer>()
  const events = new Map<string, string[]>()
  const sockets = new Set<Duplex>()
  const server = createServer()
  const webSockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    const path = request.url!
    const seen: string[] = []
    const keep = (bytes: Buffer) => received.set(path, Buffer.concat([received.get(path)!, bytes]))
    received.set(path, Buffer.from(head))
    events.set(path, seen)
    sockets.add(socket)
    webSockets.handleUpgrade(request, socket, head, (peer) => {
      socket.on('data', keep)
      peer.on('message', (data, isBinary) => {
        seen.push(`${isBinary ? 'binary' : 'text'} ${(data as Buffer).toString('latin1')}`)
        peer.send(`${(data as Buffer).length}`)
      })
      peer.on('ping', (data) => seen.push(`ping ${data}`))
      peer.on('pong', (data) => seen.push(`pong ${data}`))
      peer.on('close', (code, reason) => seen.push(`close ${code} ${reason}`))
      peer.on('error', (error) => seen.push(`error ${error.message}`))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
  const { port } = server.address() as AddressInfo
  return { port, received, events, [Symbol.asyncDispose]: close }
}

const fragments = ['first ', 'second ', 'x'.repeat(70_000)]

/** One client: messages of all forms, each sent when the answer to the one before was read. */
async function chat(port: number, path: string): Promise<void> {
  const client = new WebSocket(`ws://127.0.0.1:${port}${path}`)
  await once(client, 'open')
  const answered = () => once(client, 'message')
  for (const message of [`hello of ${path}`, Buffer.from([0, 1, 254, 255]), '']) {
    const answer = answered()
    client.send(message)
    await answer
  }
  const ponged = once(client, 'pong')
  client.ping('are you there')
  await ponged
  const answer = answered()
  for (const [index, part] of fragments.entries()) {
    // A control frame may stand between the fragments of a message.
    if (index === 1) client.pong('unasked')
    client.send(part, { fin: index === fragments.length - 1 })
  }
  await answer
  const closed = once(client, 'close')
  client.close(4001, 'done')
  await closed
}

function expectedOf(path: string): readonly string[] {
  return [
    `text hello of ${path}`,
    'binary \x00\x01\xfe\xff',
    'text ',
    'ping are you there',
    'pong unasked',
    `text ${fragments.join('')}`,
    'close 4001 done',
  ]
}

const paths = ['/one', '/two', '/three', '/four']

test('WebSocket frames arrive behind their upgrade, in order, with the masks of the clients', async () => {
  await using production = await startChat()
  await using candidate = await startChat()
  using folder = createTemporaryFolder('websocket')
  await using rehearsal = await rehearse([
    ...['--input-raw', `:${production.port}`, '--input-raw-track-response'],
    ...['--output-http', `http://127.0.0.1:${candidate.port}`, '--output-http-track-response'],
    ...['--output-file', `${folder.path}/both.gor`],
  ])
  await Promise.all(paths.map((path) => chat(production.port, path)))
  const isWhole = (path: string) => candidate.events.get(path)?.at(-1)?.startsWith('close')
  await eventually('all conversations at the candidate', () => paths.every(isWhole))
  const ledger = await rehearsal.finish()
  for (const path of paths) {
    assert.deepEqual(production.events.get(path), expectedOf(path))
    assert.deepEqual(candidate.events.get(path), expectedOf(path))
    assert.ok(candidate.received.get(path)!.equals(production.received.get(path)!))
  }
  assert.equal(ledger.outputs[0]!.answered, paths.length)
  const [said, answered] = ['response', 'replayed'].map((kind) =>
    joinRaw(`${folder.path}/both_0.gor`, kind),
  )
  assert.equal(said!.size, paths.length)
  assert.deepEqual(answered, said)
})

/** What was said behind upgrades in messages of that kind, by connection. */
function joinRaw(path: string, kind: string): ReadonlyMap<string, string> {
  const joined = new Map<string, string>()
  for (const { connection, raw, payload, ...message } of readRecording(path)) {
    if (raw !== true || message.kind !== kind) continue
    const text = Buffer.from(payload).toString('latin1')
    joined.set(connection, (joined.get(connection) ?? '') + text)
  }
  return joined
}

test('frames behind an upgrade that the target refuses are counted as that', async () => {
  await using production = await startChat()
  await using candidate = await startRecordingTarget({
    answer: (_, response) => response.writeHead(426).end(),
  })
  await using rehearsal = await rehearse([
    ...['--input-raw', `:${production.port}`],
    ...['--output-http', `http://127.0.0.1:${candidate.port}`],
  ])
  await chat(production.port, '/one')
  await eventually('the end of the conversation', () => {
    const { captured, outputs } = rehearsal.ledger()
    return captured > 5 && outputs[0]!.dropped['upgrade-refused'] === captured - 1
  })
  const ledger = await rehearsal.finish()
  assert.equal(ledger.outputs[0]!.answered, 1)
  assert.deepEqual(ledger.outputs[0]!.dropped, { 'upgrade-refused': ledger.captured - 1 })
  assert.ok(!candidate.connections.flat().join('').includes('\x81'))
  assertNothingLost(ledger)
})

function assertNothingLost(ledger: LedgerSnapshot): void {
  assert.deepEqual(ledger.sources[0]!.dropped, {})
  assert.ok(isBalanced(ledger))
}

/** One client of Redis, whose replies end with one to a PING that it sends behind all else. */
class RedisClient implements Disposable {
  readonly #socket: Socket
  #received = ''

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1')
    this.#socket.on('data', (text: string) => {
      this.#received += text
    })
  }

  /** Sends the commands together; gives what they were answered. */
  async ask(commands: readonly (readonly string[])[]): Promise<string> {
    const end = '$8\r\nall done\r\n'
    this.#received = ''
    this.#socket.write([...commands, ['PING', 'all done']].map(encode).join(''), 'latin1')
    while (!this.#received.endsWith(end)) await once(this.#socket, 'data')
    return this.#received.slice(0, -end.length)
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }
}

/** A command as an array of strings (Redis serialization protocol, version 2). */
function encode(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`
}

/** What client `number` does in its turn `turn`: its own keys, and sums that all add to. */
function commandsOf(number: number, turn: number): readonly (readonly string[])[] {
  const own = `client:${number}`
  return [
    ['RPUSH', `${own}:list`, `turn ${turn}`, `\r\n$-1\r\n${turn}`],
    ['INCRBY', 'sum', `${number + turn}`],
    // Depends on what stood there before: out of order it comes to something else.
    ['APPEND', `${own}:text`, `${turn},`],
    ['SETRANGE', `${own}:text`, `${turn}`, 'abc'],
    ['HSET', `${own}:hash`, `field ${turn}`, 'v'.repeat(turn * 400)],
    ['LPOP', `${own}:list`],
    ['PFADD', 'visitors', `${own}:${turn}`],
  ]
}

async function dump(port: number): Promise<ReadonlyMap<string, string>> {
  using client = new RedisClient(port)
  const names = [...(await client.ask([['KEYS', '*']])).matchAll(/\r\n([a-z][\w:]+)/g)]
  const found = new Map<string, string>()
  for (const name of names.map(([, name]) => name!).sort()) {
    const value = await client.ask([readerOf(name)])
    // Each Redis has an order of its own for what is in a hash.
    found.set(name, name.endsWith(':hash') ? value.split('\r\n').sort().join(' ') : value)
  }
  return found
}

function readerOf(name: string): readonly string[] {
  if (name.endsWith(':list')) return ['LRANGE', name, '0', '-1']
  return name.endsWith(':hash') ? ['HGETALL', name] : ['GET', name]
}

test('commands of many Redis clients, pipelined, leave the same data in a second Redis', async () => {
  await using production = await startRedis()
  await using candidate = await startRedis()
  await using rehearsal = await rehearse([
    ...['--input-raw', `:${production.port}`, '--input-raw-protocol', 'binary'],
    ...['--output-binary', `127.0.0.1:${candidate.port}`],
  ])
  const [clients, turns] = [12, 25]
  const work = Array.from({ length: clients }, async (_, number) => {
    using client = new RedisClient(production.port)
    for (let turn = 0; turn < turns; turn++) await client.ask(commandsOf(number, turn))
  })
  await Promise.all(work)
  await eventually('all commands at the second Redis', () => {
    const { captured, outputs } = rehearsal.ledger()
    return captured >= clients * turns && outputs[0]!.answered >= captured
  })
  const ledger = await rehearsal.finish()
  assert.deepEqual(ledger.outputs[0]!.dropped, {})
  assertNothingLost(ledger)
  const expected = await dump(production.port)
  assert.equal(expected.size, 3 * clients + 2)
  assert.deepEqual(await dump(candidate.port), expected)
})
