import assert from 'node:assert/strict'
import { test } from 'node:test'
import { get, login, post, sid } from '../../test/support/correlator-bench.ts'
import { createRequest } from '../../test/support/messages.ts'
import type { Message } from '../model/message.ts'
import type { Output } from '../model/output.ts'
import { createIssuedReader } from '../shape/correlate-issued.ts'
import { createCopy } from '../shape/exchange-limiter.ts'
import { CorrelatedTarget } from './correlated-target.ts'

const target = 'http://candidate'

function createTarget() {
  const correlated = new CorrelatedTarget({
    now: () => 0,
    pairsMax: 100,
    expiry: 1_000,
    conceal: () => '~',
    readProduction: createIssuedReader(),
  })
  const written: Message[] = []
  const ended: string[] = []
  const output: Output = {
    name: target,
    write: (batch) => void written.push(...batch),
    ended: (connections) => void ended.push(...connections),
    tick: () => {},
    idle: () => true,
    close: async () => {},
  }
  return { correlated, output: correlated.around(output), written, ended }
}

const request = createRequest({ payload: post('/login') })
const response: Message = { ...request, kind: 'response', payload: Buffer.from(login.production) }
const replayed: Message = {
  ...request,
  kind: 'replayed',
  payload: Buffer.from(login.target),
  target,
}
const use = createRequest({
  sequence: 1,
  payload: get('/me', `Cookie: sid=${sid.production}\r\n`),
})

function sent(message: Message | null): string {
  return message === null ? 'waits' : Buffer.from(message.payload).toString()
}

test("what the output is given and what comes of it make its requests the target's own", () => {
  const { correlated, output, written, ended } = createTarget()
  output.write([request, response, use])
  output.ended?.([use.connection])
  assert.deepEqual(written, [request, response, use])
  assert.deepEqual(ended, [use.connection])
  assert.equal(correlated.responses(), 1)
  assert.equal(sent(correlated.prepare(use, false)), 'waits')
  correlated.outcome({ kind: 'answered', request, response: replayed })
  assert.match(sent(correlated.prepare(use, false)), new RegExp(sid.target))
})

test('of an answer that is followed elsewhere, what it issues is learnt as production issued it', () => {
  const { correlated, output } = createTarget()
  const found = (message: Message): Message => {
    const text = Buffer.from(message.payload).toString()
    const payload = Buffer.from(text.replace('200 OK', '302 Found\r\nLocation: /me'))
    return { ...message, payload }
  }
  output.write([request, found(response), use])
  correlated.redirected(found(replayed))
  assert.match(sent(correlated.prepare(use, false)), new RegExp(sid.target))
  const page: Message = { ...replayed, payload: Buffer.from('HTTP/1.1 200 OK\r\n\r\n') }
  correlated.outcome({ kind: 'answered', request, response: page })
  assert.match(sent(correlated.prepare(use, false)), new RegExp(sid.target))
})

test('where the target alone redirects, its last answer stands for production’s', () => {
  const { correlated, output } = createTarget()
  output.write([request, response, use])
  const payload = Buffer.from('HTTP/1.1 301 Moved\r\nLocation: /login/\r\n\r\n')
  correlated.redirected({ ...replayed, payload })
  assert.equal(sent(correlated.prepare(use, false)), 'waits')
  correlated.outcome({ kind: 'answered', request, response: replayed })
  assert.match(sent(correlated.prepare(use, false)), new RegExp(sid.target))
})

test('a request that comes to nothing keeps nobody waiting', () => {
  const { correlated, output } = createTarget()
  output.write([request, response, use])
  correlated.outcome({ kind: 'failed', request, target, reason: 'timeout' })
  assert.equal(correlated.prepare(use, false), use)
})

test('each copy has its own table', () => {
  const { correlated, output } = createTarget()
  const copies = [request, response, replayed, use].map((message) => createCopy(message, 1))
  const [request1, response1, replayed1, use1] = copies as [Message, Message, Message, Message]
  output.write([request, request1, response, response1, use, use1])
  correlated.outcome({ kind: 'answered', request: request1, response: replayed1 })
  assert.match(sent(correlated.prepare(use1, false)), new RegExp(sid.target))
  assert.equal(sent(correlated.prepare(use, false)), 'waits')
})

test('bytes of another protocol are let through unseen', () => {
  const { correlated, output, written } = createTarget()
  const raw: Message = { ...response, raw: true }
  output.write([raw])
  assert.deepEqual(written, [raw])
  assert.equal(correlated.responses(), 0)
})
