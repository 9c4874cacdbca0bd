// Responses of a real nginx, captured from real packets on loopback, each with its request.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { findFreePort } from '../../scripts/free-port.ts'
import { startNginx } from '../../scripts/nginx.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { MemoryBudget } from '../../src/base/memory-budget.ts'
import type { Message } from '../../src/model/message.ts'
import { GorReader } from '../../src/protocol/gor/gor-reader.ts'
import { eventually, rehearse } from '../support/rehearsal.ts'

const host = 'Host: shop\r\n'
const get = `GET /small.txt HTTP/1.1\r\n${host}\r\n`
const head = `HEAD /small.txt HTTP/1.1\r\n${host}\r\n`
const large = `GET /large.bin HTTP/1.1\r\n${host}\r\n`
const since = 'If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT\r\n'
const unchanged = `GET /small.txt HTTP/1.1\r\n${host}${since}\r\n`
const chunked = `GET /packed HTTP/1.1\r\n${host}Accept-Encoding: gzip\r\n\r\n`
const empty = `DELETE /empty HTTP/1.1\r\n${host}\r\n`
const body = 'b'.repeat(3_000)
const post = `POST /answer HTTP/1.1\r\n${host}Content-Length: ${body.length}\r\n\r\n${body}`

/** Requests of one client; those of a burst are sent together when all before are answered. */
const conversations: readonly (readonly (readonly string[])[])[] = [
  [[get], [head], [unchanged], [chunked], [empty], [post], [large], [get]],
  [[head, get, unchanged, chunked, empty, large, head, get], [get]],
  [
    [post, post, head],
    [chunked, chunked],
    [unchanged, get],
  ],
]

const server = `
  add_header X-End 1 always;
  location /packed { gzip on; gzip_min_length 1; return 200 "${'packed '.repeat(99)}"; }
  location /empty { return 204; }
  location /answer { return 200 "answer"; }`

/** Everything that the server sent in answer. */
async function converse(port: number, bursts: (typeof conversations)[0]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1')
  const state = { received: '', wanted: 0, answered: Promise.withResolvers<void>() }
  socket.on('data', (text: string) => {
    state.received += text
    if (state.received.split('X-End: 1\r\n').length > state.wanted) state.answered.resolve()
  })
  socket.on('error', (error) => state.answered.reject(error))
  for (const burst of bursts) {
    state.wanted += burst.length
    state.answered = Promise.withResolvers()
    socket.write(burst.join(''), 'latin1')
    await state.answered.promise
  }
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.end()
  await closed
  return state.received
}

function readRecording(folder: string): Message[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.gor'))
  const messages = files.flatMap((name) => {
    const reader = new GorReader({
      payloadBytesMax: 1 << 24,
      budget: new MemoryBudget(1 << 26),
      origin: '',
    })
    return [...reader.push(readFileSync(join(folder, name))), ...reader.finish()]
  })
  return messages.flatMap((event) => (event.kind === 'message' ? [event.message] : []))
}

function textOf({ payload }: Message): string {
  return Buffer.from(payload).toString('latin1')
}

test('every response of nginx is captured byte for byte, behind the request that it answers', async () => {
  using folder = createTemporaryFolder('responses')
  const small = join(folder.path, 'small.txt')
  writeFileSync(small, 'small')
  utimesSync(small, 1_700_000_000, 1_700_000_000)
  writeFileSync(join(folder.path, 'large.bin'), Buffer.alloc(300_000, 'large file '))
  const port = await findFreePort()
  const listen = [`127.0.0.1:${port}`]
  await using _nginx = await startNginx({ listen, server: `root ${folder.path};${server}` })
  const recording = join(folder.path, 'pairs.gor')
  await using rehearsal = await rehearse([
    ...['--input-raw', `:${port}`, '--input-raw-track-response', '--output-file', recording],
  ])
  const received = await Promise.all(conversations.map((bursts) => converse(port, bursts)))
  const total = 2 * conversations.flat(2).length
  await eventually('all captured', () => rehearsal.ledger().captured >= total)
  const ledger = await rehearsal.finish()
  assert.deepEqual(ledger.sources[0]!.dropped, {})
  const messages = readRecording(folder.path)
  const ofKind = (kind: Message['kind']) => messages.filter((message) => message.kind === kind)
  const requests = ofKind('request')
  const byId = new Map(ofKind('response').map((response) => [response.id, response]))
  assert.equal(byId.size, requests.length)
  const clients = Map.groupBy(requests, ({ connection }) => connection)
  const found = [...clients.values()].map((own) => {
    const answers = own.map(({ id }) => byId.get(id)!)
    for (const [index, { at }] of answers.entries()) assert.ok(at >= own[index]!.at)
    return own.map(textOf).join('') + answers.map(textOf).join('')
  })
  const expected = conversations.map((bursts, index) => bursts.flat().join('') + received[index])
  assert.deepEqual(found.map(shorten).sort(), expected.map(shorten).sort())
  assert.ok(found.every((text) => expected.includes(text)))
})

/** Not all of it: a failure would print megabytes. */
function shorten(text: string): string {
  return `${text.length} ${text.slice(0, 60)}`
}
