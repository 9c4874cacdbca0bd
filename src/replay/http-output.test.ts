import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHttpBench, get, ok, seconds, sent } from '../../test/support/target-bench.ts'

test('requests of one client go out in order on one connection, each after the answer before', () => {
  const { wires, send, fates } = createHttpBench()
  send({ sequence: 0, payload: get('/a') }, { sequence: 1, payload: get('/b') })
  assert.equal(wires.length, 1)
  assert.equal(wires[0]!.written, '')
  wires[0]!.connect()
  assert.equal(wires[0]!.written, sent('/a'))
  wires[0]!.answer(ok)
  assert.equal(wires[0]!.written, sent('/a') + sent('/b'))
  wires[0]!.answer(ok)
  assert.deepEqual(fates(), { accepted: 2, 'answered 200': 2, delivered: 2 })
})

test('each client has a connection of its own, and a slow one does not hold up another', () => {
  const { wires, send } = createHttpBench()
  send({ connection: 1, payload: get('/slow') }, { connection: 2, payload: get('/quick') })
  for (const wire of wires) wire.connect()
  wires[1]!.answer(ok)
  send({ connection: 2, sequence: 1, payload: get('/next') })
  assert.deepEqual(
    wires.map(({ written }) => written),
    [sent('/slow'), sent('/quick') + sent('/next')],
  )
})

test('while a target refuses, requests wait; when it is back they are sent in order', () => {
  const { wires, send, pass, fates } = createHttpBench()
  send({ payload: get('/a') }, { sequence: 1, payload: get('/b') })
  wires[0]!.close('refused')
  pass(0.1 * seconds)
  wires[1]!.close('refused')
  pass(0.2 * seconds)
  wires[2]!.connect()
  wires[2]!.answer(ok)
  wires[2]!.answer(ok)
  assert.equal(wires[2]!.written, sent('/a') + sent('/b'))
  assert.deepEqual(fates(), { accepted: 2, 'answered 200': 2, delivered: 2 })
})

test('a target that is down is probed by one connection, not by all', () => {
  const { wires, send, pass } = createHttpBench()
  for (let connection = 0; connection < 20; connection++) send({ connection })
  assert.equal(wires.length, 20)
  for (const wire of [...wires]) wire.close('refused')
  pass(0.1 * seconds)
  assert.equal(wires.length, 21)
  wires[20]!.connect()
  assert.equal(wires.length, 40)
})

test('a request that waited longer than the time-out for a target is dropped as unreachable', () => {
  const { wires, send, pass, fates, output } = createHttpBench()
  send({})
  for (let probe = 0; probe < 60; probe++) {
    wires.at(-1)!.close('refused')
    pass(0.1 * seconds)
  }
  assert.deepEqual(fates(), { accepted: 1, 'dropped unreachable': 1 })
  assert.equal(output.idle(), true)
})

test('an answer that does not come within the time-out is counted, and the next is sent anew', () => {
  const { wires, send, pass, fates } = createHttpBench()
  send({ payload: get('/hangs') })
  wires[0]!.connect()
  pass(4 * seconds)
  send({ sequence: 1, payload: get('/next') })
  pass(1.1 * seconds)
  assert.equal(wires[0]!.closed, true)
  wires[1]!.connect()
  wires[1]!.answer(ok)
  assert.equal(wires[1]!.written, sent('/next'))
  assert.deepEqual(fates(), {
    accepted: 2,
    'answered 200': 1,
    delivered: 2,
    'unanswered timeout': 1,
  })
})

test('a request behind one that hangs is dropped after its own time-out', () => {
  const { wires, send, pass, fates } = createHttpBench({ timeout: 2 * seconds })
  send({ payload: get('/hangs') }, { sequence: 1 }, { sequence: 2 })
  wires[0]!.connect()
  pass(2.1 * seconds)
  assert.deepEqual(fates(), {
    accepted: 3,
    delivered: 1,
    'dropped queue-timeout': 2,
    'unanswered timeout': 1,
  })
})

test('a request that the peer never read wholly counts as not delivered', () => {
  const { wires, send, pass, fates } = createHttpBench()
  send({})
  wires[0]!.connect()
  wires[0]!.pending = 10
  pass(5.1 * seconds)
  assert.deepEqual(fates(), { accepted: 1, 'dropped write-timeout': 1 })
})

test('a GET on a connection that the target had just closed is sent again, once', () => {
  const { wires, send, fates } = createHttpBench()
  send({ payload: get('/a') })
  wires[0]!.connect()
  wires[0]!.answer(ok)
  send({ sequence: 1, payload: get('/b') })
  wires[0]!.close('reset')
  wires[1]!.connect()
  assert.equal(wires[1]!.written, sent('/b'))
  wires[1]!.answer(ok)
  assert.deepEqual(fates(), { accepted: 2, 'answered 200': 2, delivered: 2 })
})

test('a POST is not sent again: the target may have done it', () => {
  const { wires, send, fates } = createHttpBench()
  send({ payload: get('/a') })
  wires[0]!.connect()
  wires[0]!.answer(ok)
  send({ sequence: 1, payload: 'POST /b HTTP/1.1\r\nHost: p\r\nContent-Length: 0\r\n\r\n' })
  wires[0]!.close('reset')
  assert.equal(wires.length, 1)
  assert.deepEqual(fates(), {
    accepted: 2,
    'answered 200': 1,
    delivered: 2,
    'unanswered reset': 1,
  })
})

test('an answer that says close, or that ends with the connection, costs nothing', () => {
  const { wires, send, fates } = createHttpBench()
  send({}, { sequence: 1 }, { sequence: 2 })
  wires[0]!.connect()
  wires[0]!.answer('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  assert.equal(wires[0]!.closed, true)
  wires[1]!.connect()
  wires[1]!.answer('HTTP/1.1 404 Not Found\r\n\r\nnothing he')
  wires[1]!.answer('re')
  wires[1]!.close('ended')
  wires[2]!.connect()
  wires[2]!.answer('HTTP/1.0 204 No Content\r\n\r\n')
  assert.deepEqual(fates(), {
    accepted: 3,
    'answered 200': 1,
    'answered 204': 1,
    'answered 404': 1,
    delivered: 3,
  })
})

test('an answer to HEAD has no body, whatever length it names', () => {
  const { wires, send, fates } = createHttpBench()
  send({ payload: 'HEAD / HTTP/1.1\r\nHost: p\r\n\r\n' }, { sequence: 1 })
  wires[0]!.connect()
  wires[0]!.answer('HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n')
  wires[0]!.answer(ok)
  assert.equal(fates()['answered 200'], 2)
})

test('an answer that is no HTTP is counted, and the connection is given up', () => {
  const { wires, send, fates } = createHttpBench()
  send({})
  wires[0]!.connect()
  wires[0]!.answer('SSH-2.0-OpenSSH_9.2\r\n')
  assert.equal(wires[0]!.closed, true)
  assert.deepEqual(fates(), { accepted: 1, delivered: 1, 'unanswered bad-response': 1 })
})

test('bytes that nobody asked for end the connection', () => {
  const { wires, send, fates } = createHttpBench()
  send({})
  wires[0]!.connect()
  wires[0]!.answer(`${ok}HTTP/1.1 200 OK\r\n`)
  wires[0]!.answer('Content-Length: 0\r\n\r\n')
  assert.equal(wires[0]!.closed, true)
  assert.deepEqual(fates(), { accepted: 1, 'answered 200': 1, delivered: 1 })
})

test('beyond the ceiling for waiting bytes the oldest are dropped', () => {
  const { wires, send, fates, output } = createHttpBench({ queueBytesMax: 2_000 })
  for (let sequence = 0; sequence < 10; sequence++) send({ sequence, payload: get(`/${sequence}`) })
  assert.deepEqual(fates(), { accepted: 10, 'dropped queue-full': 7 })
  const waiting = output.queuedBytes?.() ?? 0
  assert.ok(waiting > 1_000 && waiting <= 2_000)
  wires[0]!.connect()
  assert.equal(wires[0]!.written, sent('/7'))
})

test('at the ceiling of connections the longest idle makes room, and otherwise requests wait', () => {
  const { wires, send, fates } = createHttpBench({ connectionsMax: 2 })
  send({ connection: 1 }, { connection: 2 }, { connection: 3 })
  assert.equal(wires.length, 2)
  for (const wire of [...wires]) wire.connect()
  wires[1]!.answer(ok)
  assert.equal(wires.length, 2)
  send({ connection: 4 })
  assert.deepEqual(
    wires.map(({ closed }) => closed),
    [false, true, false],
  )
  wires[2]!.connect()
  wires[2]!.answer(ok)
  wires[0]!.answer(ok)
  send({ connection: 5 })
  for (const wire of wires.slice(3)) wire.connect()
  for (const wire of wires.slice(3)) if (!wire.closed) wire.answer(ok)
  assert.equal(wires.filter(({ closed }) => !closed).length, 2)
  assert.equal(fates().accepted, 5)
})

test('a connection without requests is closed after a while', () => {
  const { wires, send, pass } = createHttpBench()
  send({})
  wires[0]!.connect()
  wires[0]!.answer(ok)
  pass(14 * seconds)
  assert.equal(wires[0]!.closed, false)
  pass(2 * seconds)
  assert.equal(wires[0]!.closed, true)
})

test('a connection that cannot be had within the time-out is given up', () => {
  const { wires, send, pass, fates } = createHttpBench({ timeout: 2 * seconds })
  send({})
  pass(2.2 * seconds)
  assert.equal(wires[0]!.closed, true)
  assert.deepEqual(fates(), { accepted: 1, 'dropped unreachable': 1 })
})

test('only requests are sent', () => {
  const { wires, send, fates } = createHttpBench()
  send({ kind: 'response', payload: ok }, { payload: 'no request' })
  wires[0]?.connect()
  assert.deepEqual(fates(), { accepted: 1, 'dropped kind': 1, 'dropped not-http': 1 })
})

test('closing settles the fate of all that is left', async () => {
  const { output, wires, send, fates } = createHttpBench()
  send({ connection: 1 }, { connection: 1, sequence: 1 }, { connection: 2 }, { connection: 3 })
  wires[0]!.connect()
  wires[1]!.connect()
  wires[1]!.answer(ok)
  assert.equal(output.idle(), false)
  await output.close()
  assert.equal(output.idle(), true)
  assert.ok(wires.every(({ closed }) => closed))
  assert.deepEqual(fates(), {
    accepted: 4,
    'answered 200': 1,
    delivered: 2,
    'dropped exit': 2,
    'unanswered exit': 1,
  })
})
