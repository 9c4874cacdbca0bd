import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimWorld } from '../../sim/world.ts'
import { createFakeDial } from '../../test/support/fake-wires.ts'
import { createRequest } from '../../test/support/messages.ts'
import type { SourceAccount, SourceDropReason } from '../model/ledger.ts'
import type { Message } from '../model/message.ts'
import { writeGorLines } from '../protocol/gor/gor-hex.ts'
import { Middleware } from './middleware.ts'

class Account implements SourceAccount {
  messages = 0
  readonly drops: Partial<Record<SourceDropReason, number>> = {}

  captured(count: number): void {
    this.messages += count
  }

  dropped(reason: SourceDropReason, count: number): void {
    if (count > 0) this.drops[reason] = (this.drops[reason] ?? 0) + count
  }
}

const second = 1_000_000
const nowhere = { host: '', port: 0, secure: false }

function createMiddleware(queueBytesMax = 1 << 20) {
  const world = new SimWorld(1)
  const { dial, wires } = createFakeDial()
  const own = new Account()
  const account = new Account()
  const ends: number[] = []
  const strange: (string | null)[] = []
  const passed: Message[] = []
  const accounts: SourceAccount[] = []
  const middleware = new Middleware({
    world,
    start: (handler) => dial(nowhere, handler),
    account: own,
    queueBytesMax,
    payloadBytesMax: 1_000,
    withTarget: false,
    onStrange: (line) => strange.push(line),
    onEnd: (_, restartIn) => ends.push(restartIn),
  })
  middleware.start((batch, owner) => {
    passed.push(...batch)
    accounts.push(...batch.map(() => owner))
  })
  /** The program prints these messages. */
  const print = (messages: readonly Message[]) =>
    wires.at(-1)!.answer(String(writeGorLines(messages, false)))
  const advance = async (duration: number) => {
    await world.run(world.sleep(duration))
    middleware.tick(world.now())
  }
  const told = { passed, accounts, ends, strange }
  return { world, middleware, wires, own, account, ...told, print, advance }
}

const request = (sequence: number, connection = 0): Message => {
  return { ...createRequest({ sequence, connection, payload: `payload ${sequence}` }), due: 77 }
}

test('what it prints goes on as what it was given, with what it made of the payload', () => {
  const { middleware, wires, account, own, passed, accounts, print } = createMiddleware()
  const [first, other] = [request(0), request(1)]
  middleware.write([first, other], account)
  assert.equal(wires[0]!.written, String(writeGorLines([first, other], false)))
  print([{ ...other, payload: Buffer.from('changed') }])
  print([first])
  assert.deepEqual(passed, [{ ...other, payload: Buffer.from('changed') }, first])
  assert.deepEqual(accounts, [account, account])
  assert.deepEqual([own.drops, account.drops], [{}, {}])
})

test('what it makes up goes on too, and counts as its own', () => {
  const { middleware, account, own, passed, accounts, print } = createMiddleware()
  middleware.write([request(0)], account)
  print([request(0), request(5)])
  assert.deepEqual(
    passed.map(({ sequence, connection }) => [sequence, connection]),
    [
      [0, request(0).connection],
      [0, request(5).connection],
    ],
  )
  assert.deepEqual(accounts, [account, own])
})

test('a message that it does not print within ten seconds is one that it keeps back', async () => {
  const { middleware, account, own, print, advance, passed } = createMiddleware()
  middleware.write([request(0)], account)
  await advance(6 * second)
  middleware.write([request(1)], account)
  await advance(5 * second)
  assert.deepEqual(account.drops, { middleware: 1 })
  print([request(1)])
  await advance(60 * second)
  assert.deepEqual([account.drops, own.drops, passed.length], [{ middleware: 1 }, {}, 1])
})

test('lines that are no message are counted, and the first is told', () => {
  const { wires, own, strange } = createMiddleware()
  wires[0]!.answer('listening\u0007\nzz\n')
  assert.deepEqual(own.drops, { 'bad-record': 2 })
  assert.deepEqual(strange, ['listening.'])
})

test('a request whose body was changed gets its length, and no other message does', () => {
  const { middleware, account, print, passed } = createMiddleware()
  const text = (length: number, body: string) =>
    `POST / HTTP/1.1\r\nContent-Length: ${length}\r\n\r\n${body}`
  const given: Message = { ...request(0), payload: Buffer.from(text(3, 'abc')) }
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'
  const response: Message = { ...given, kind: 'response', payload: Buffer.from(answer) }
  const raw: Message = { ...request(1), raw: true }
  middleware.write([given, response, raw], account)
  const changed = { payload: Buffer.from(text(3, 'abcdef')) }
  print([{ ...given, ...changed }, response, { ...raw, ...changed }, { ...request(7), ...changed }])
  assert.deepEqual(
    passed.map(({ payload }) => String(payload)),
    [text(6, 'abcdef'), answer, text(3, 'abcdef'), text(6, 'abcdef')],
  )
})

test('what it does not read is bounded, and the newest are dropped', () => {
  const { middleware, wires, account } = createMiddleware(1_000)
  middleware.write([request(0), request(1)], account)
  wires[0]!.pending = 800
  middleware.write([request(2), request(3), request(4)], account)
  assert.deepEqual(account.drops, { 'middleware-queue': 2 })
  wires[0]!.pending = 0
  middleware.write([request(5)], account)
  assert.deepEqual(account.drops, { 'middleware-queue': 2 })
})

test('one that dies loses what it was given, and is started again ever later', async () => {
  const { middleware, wires, account, own, ends, advance, print, passed } = createMiddleware()
  middleware.write([request(0), request(1)], account)
  wires[0]!.answer(String(writeGorLines([request(0)], false)).concat('31'))
  wires[0]!.close('failed')
  assert.deepEqual(account.drops, { 'middleware-exit': 1 })
  assert.deepEqual(own.drops, { 'bad-record': 1 })
  middleware.write([request(2)], account)
  assert.deepEqual(account.drops, { 'middleware-exit': 1, 'middleware-queue': 1 })
  for (const restartIn of [100_000, 200_000, 400_000]) {
    assert.equal(ends.at(-1), restartIn)
    await advance(restartIn - 1)
    const before = wires.length
    assert.equal(before, ends.length)
    await advance(1)
    assert.equal(wires.length, before + 1)
    wires.at(-1)!.close('failed')
  }
  await advance(10 * second)
  middleware.write([request(3)], account)
  print([request(3)])
  assert.equal(passed.length, 2)
})

test('one that lived for long is started again at once', async () => {
  const { wires, ends, advance } = createMiddleware()
  wires[0]!.close('failed')
  await advance(100_000)
  await advance(11 * second)
  wires[1]!.close('failed')
  assert.deepEqual(ends, [100_000, 100_000])
})

test('the end of a connection waits for its last message, printed or kept back', async () => {
  const { middleware, account, passed, print, advance } = createMiddleware()
  const ends = [0, 1, 2].map((connection) => createRequest({ connection, kind: 'closed' }))
  middleware.write([request(0), request(1), ends[0]!, ends[1]!, request(0, 2), ends[2]!], account)
  assert.deepEqual(passed, [ends[1]])
  print([request(1)])
  print([request(0)])
  assert.deepEqual(passed.slice(1), [request(1), request(0), ends[0]])
  await advance(11 * second)
  assert.deepEqual(passed.slice(4), [ends[2]])
  assert.deepEqual(account.drops, { middleware: 1 })
})

test('it is quiet when it has printed all, or prints nothing for a while', async () => {
  const { world, middleware, wires, account, print, advance } = createMiddleware()
  assert.equal(middleware.quiet(world.now()), true)
  middleware.write([request(0), request(1)], account)
  print([request(0)])
  assert.equal(middleware.quiet(world.now()), false)
  await advance(300_000)
  wires[0]!.pending = 1
  assert.equal(middleware.quiet(world.now()), false)
  wires[0]!.pending = 0
  assert.equal(middleware.quiet(world.now()), true)
})

test('at the end it may print what it still has; what it has kept back is no loss', async () => {
  const { world, middleware, wires, account, passed, print } = createMiddleware()
  middleware.write([request(0), request(1)], account)
  world.after(second, () => {
    assert.equal(wires[0]!.closed, true)
    print([request(1)])
    wires[0]!.close('ended')
  })
  await world.run(middleware.end())
  assert.equal(passed.length, 1)
  assert.deepEqual(account.drops, { middleware: 1 })
})

test('one that does not end is not waited for, and what it had is lost', async () => {
  const { world, middleware, account } = createMiddleware()
  const startedAt = world.now()
  middleware.write([request(0)], account)
  await world.run(middleware.end())
  assert.ok(world.now() - startedAt < 4.1 * second)
  assert.deepEqual(account.drops, { 'middleware-exit': 1 })
})
