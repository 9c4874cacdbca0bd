import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { Message } from '../model/message.ts'
import type { Script } from '../model/script-api.ts'
import { ScriptStage } from './script-stage.ts'

const outputs = ['http://a|10%', 'http://b', '--output-file all.gor', '--output-stdout']

function createStage(script: Script) {
  const thrown: string[] = []
  const clock = { now: 0 }
  const stage = new ScriptStage({
    script,
    outputs,
    now: () => clock.now,
    onThrown: (hook, error, count) => thrown.push(`${hook} ${count} ${(error as Error).message}`),
  })
  return { stage, thrown, clock }
}

const request = createRequest({ payload: 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n' })
const response: Message = {
  ...request,
  kind: 'response',
  payload: Buffer.from('HTTP/1.1 200 OK\r\n\r\nproduction'),
}
const replayed: Message = {
  ...response,
  kind: 'replayed',
  target: 'http://b',
  payload: Buffer.from('HTTP/1.1 200 OK\r\n\r\ncandidate'),
}

test('what a hook returns goes on; nothing leaves the very message, null drops it', () => {
  const { stage } = createStage({
    request: (exchange) => exchange.request.withTarget('/b'),
    response: () => undefined,
    replayed: () => null,
  })
  assert.equal(String(stage.pass(request)!.payload), 'GET /b HTTP/1.1\r\nHost: a\r\n\r\n')
  assert.equal(stage.pass(response), response)
  assert.equal(stage.pass(replayed), null)
})

test('a script without a hook for a kind leaves it alone, and so what is no HTTP and ends', () => {
  const { stage, thrown } = createStage({ request: () => null })
  const raw: Message = { ...request, raw: true }
  const noHttp = { ...request, payload: Buffer.from('\x16\x03\x01') }
  const closed: Message = { ...request, kind: 'closed' }
  for (const message of [response, replayed, raw, noHttp, closed]) {
    assert.equal(stage.pass(message), message)
  }
  assert.deepEqual(thrown, [])
})

test('later hooks see the request as it went on, production’s answer, and the notes', () => {
  const seen: unknown[] = []
  const { stage } = createStage({
    request: (exchange) => {
      exchange.notes.set('number', 7)
      return exchange.request.withTarget('/b')
    },
    response: (exchange) => void seen.push(exchange.request!.target, exchange.notes.get('number')),
    replayed: (exchange) => {
      const { request, response, replayed, target } = exchange
      seen.push(request!.target, response!.text(), replayed.text(), target)
    },
  })
  for (const message of [request, response, replayed]) stage.pass(message)
  const copy = { ...replayed, id: `${request.id}.2` as Message['id'], copy: 2 }
  stage.pass(copy)
  const last = ['/b', 'production', 'candidate', 'http://b']
  assert.deepEqual(seen, ['/b', 7, ...last, ...last])
})

test('an answer whose request was never seen has none', () => {
  const seen: unknown[] = []
  const { stage } = createStage({
    response: (exchange) => void seen.push(exchange.request),
    replayed: (exchange) => void seen.push(exchange.request, exchange.response),
  })
  stage.pass({ ...replayed, id: 'other' as Message['id'] })
  stage.pass(response)
  assert.deepEqual(seen, [null, null, null])
})

test('a request is sent to the outputs that the script names, and its answers follow it', () => {
  const { stage, thrown } = createStage({
    request: (exchange) => {
      assert.deepEqual(exchange.outputs, outputs)
      exchange.sendTo('http://a', 'all.gor', 'stdout')
    },
  })
  const chosen = ['http://a|10%', '--output-file all.gor', '--output-stdout']
  assert.deepEqual(thrown, [])
  assert.deepEqual(stage.pass(request)!.outputs, chosen)
  assert.deepEqual(stage.pass(response)!.outputs, chosen)
  assert.deepEqual(stage.pass(replayed)!.outputs, chosen)
})

test('what a hook throws is told once a second with how often it happened, and the message passes', () => {
  const { stage, thrown, clock } = createStage({
    request: (exchange) => exchange.sendTo('http://c'),
    response: () => 'text' as never,
    replayed: (async () => Promise.reject(new Error('later'))) as never,
  })
  const at = (now: number, message: Message) => {
    clock.now = now
    assert.equal(stage.pass(message), message)
  }
  at(0, request)
  at(500_000, request)
  at(999_999, response)
  at(1_000_000, replayed)
  at(1_000_001, response)
  stage.flush()
  stage.flush()
  const wrong = 'returns neither a message of its kind, null, nor nothing'
  assert.deepEqual(thrown, [
    `request 1 there is no output 'http://c', only ${outputs.join(', ')}`,
    'replayed 3 a hook answers at once: it is not async',
    `response 1 response ${wrong}`,
  ])
})
