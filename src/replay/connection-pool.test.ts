import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { createHttpBench, get, ok, seconds, sent } from '../../test/support/target-bench.ts'
import type { ConnectionId } from '../model/message.ts'

const idOf = (connection: number): ConnectionId => createRequest({ connection }).connection

test('a request is sent when it is due, over a connection that was opened shortly before', async () => {
  const { wires, send, advance, lates, now } = createHttpBench()
  send({ payload: get('/a'), due: now() + 500_000 })
  await advance(478_000)
  assert.equal(wires.length, 0)
  await advance(2_000)
  wires[0]!.connect()
  await advance(18_000)
  assert.equal(wires[0]!.written, '')
  await advance(3_000)
  assert.equal(wires[0]!.written, sent('/a'))
  assert.ok(lates.length === 1 && lates[0]! <= 1_000)
})

test('a target that closes before it is asked is dialled once more, when the request is due', async () => {
  const { wires, send, advance, now, fates } = createHttpBench()
  send({ payload: get('/a'), due: now() + 100_000 })
  await advance(85_000)
  wires[0]!.connect()
  wires[0]!.close('ended')
  await advance(13_000)
  assert.equal(wires.length, 1)
  await advance(3_000)
  wires[1]!.connect()
  wires[1]!.close('reset')
  assert.deepEqual([wires.length, fates()['unanswered reset']], [2, 1])
})

test('what is due within the pause between two wake-ups is sent together', async () => {
  const times = async (options: { readonly wakePause?: number }) => {
    const { wires, send, advance, now } = createHttpBench(options)
    const due = now() + 50_000
    const requests = [0, 1_000, 2_000, 3_000]
    send(...requests.map((later, connection) => ({ connection, due: due + later })))
    await advance(40_000)
    for (const wire of wires) wire.connect()
    const sentBy: number[] = []
    for (let step = 0; step < 16; step++) {
      await advance(1_000)
      sentBy.push(wires.filter(({ written }) => written !== '').length)
    }
    return new Set(sentBy).size
  }
  assert.ok((await times({ wakePause: 1_000 })) > (await times({})))
})

test('what is due earlier goes first, whichever came first', async () => {
  const { wires, send, advance, now } = createHttpBench()
  send({ connection: 1, due: now() + 90_000 }, { connection: 2, due: now() + 30_000 })
  await advance(25_000)
  assert.equal(wires.length, 1)
  wires[0]!.connect()
  await advance(10_000)
  assert.notEqual(wires[0]!.written, '')
  await advance(40_000)
  assert.equal(wires.length, 2)
})

test('requests of one client keep their order, though a later one is due earlier', async () => {
  const { wires, send, advance, now } = createHttpBench()
  send({ payload: get('/a'), due: now() + 30_000 }, { payload: get('/b'), due: now() + 10_000 })
  await advance(15_000)
  wires[0]!.connect()
  await advance(13_000)
  assert.equal(wires[0]!.written, '')
  await advance(3_000)
  wires[0]!.answer(ok)
  assert.equal(wires[0]!.written, sent('/a') + sent('/b'))
})

test('a slow target makes requests of its connection late, which is told, and no others', async () => {
  const { wires, send, advance, lates, now } = createHttpBench()
  send({ connection: 1 }, { connection: 1, sequence: 1, due: now() + 10_000 })
  send({ connection: 2 }, { connection: 2, sequence: 1, due: now() + 10_000 })
  for (const wire of wires) wire.connect()
  wires[1]!.answer(ok)
  await advance(200_000)
  wires[0]!.answer(ok)
  assert.deepEqual(lates, [1_000, 190_000])
})

test('the time-out of a request begins when it is due', async () => {
  const { send, advance, fates, now, output, wires } = createHttpBench({ timeout: 2 * seconds })
  send({ due: now() + 10 * seconds })
  await advance(11 * seconds)
  wires[0]!.close('refused')
  assert.equal(output.idle(), false)
  await advance(2 * seconds)
  assert.deepEqual(fates(), { accepted: 1, 'dropped unreachable': 1 })
})

test('copies of a connection are sent a little later, each by its own time', async () => {
  const { wires, send, advance, now } = createHttpBench()
  const due = now() + 10_000
  for (let copy = 1; copy <= 20; copy++) send({ connection: copy, due, copy })
  for (const wire of wires) wire.connect()
  await advance(10_000)
  const early = wires.filter(({ written }) => written !== '').length
  assert.ok(early < 10, `${early}`)
  await advance(5_000)
  assert.ok(wires.every(({ written }) => written !== ''))
})

test('a connection closes when its client has closed, behind the last answer', () => {
  const { output, wires, send, fates } = createHttpBench()
  send({ connection: 1 }, { connection: 1, sequence: 1 }, { connection: 2 })
  for (const wire of wires) wire.connect()
  output.ended?.([idOf(1), idOf(2), idOf(3)])
  wires[0]!.answer(ok)
  assert.equal(wires[0]!.closed, false)
  wires[0]!.answer(ok)
  wires[1]!.answer(ok)
  assert.deepEqual([wires[0]!.closed, wires[1]!.closed], [true, true])
  assert.equal(fates()['answered 200'], 3)
})

test('a client that closes while nothing is under way closes at once', () => {
  const { output, wires, send } = createHttpBench()
  send({ connection: 1 })
  wires[0]!.connect()
  wires[0]!.answer(ok)
  assert.equal(wires[0]!.closed, false)
  output.ended?.([idOf(1)])
  assert.equal(wires[0]!.closed, true)
  send({ connection: 1, sequence: 1 })
  assert.equal(wires.length, 2)
})

test('a client that closed before its request was due is served all the same', async () => {
  const { output, wires, send, advance, now } = createHttpBench()
  send({ due: now() + 100_000 })
  output.ended?.([idOf(0)])
  await advance(90_000)
  wires[0]!.connect()
  await advance(10_000)
  wires[0]!.answer(ok)
  assert.equal(wires[0]!.closed, true)
})
