import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRequest } from '../../../test/support/messages.ts'
import { eventually } from '../../../test/support/rehearsal.ts'
import type { SourceAccount, SourceDropReason } from '../../model/ledger.ts'
import type { Message } from '../../model/message.ts'
import type { World } from '../../model/world.ts'
import { Middleware } from '../middleware.ts'
import { isProgram, startMiddleware } from './middleware-process.ts'

const world: World = {
  now: () => Math.round(performance.now() * 1_000),
  sleep: (micros) => sleep(micros / 1_000),
  random: Math.random,
}

class Account implements SourceAccount {
  readonly drops: Partial<Record<SourceDropReason, number>> = {}

  captured(): void {}

  dropped(reason: SourceDropReason, count: number): void {
    if (count > 0) this.drops[reason] = (this.drops[reason] ?? 0) + count
  }
}

/** Runs the words as a middleware until it is disposed of. */
function run(words: readonly string[], queueBytesMax = 1 << 20) {
  const account = new Account()
  const own = new Account()
  const passed: Message[] = []
  let ends = 0
  const middleware = new Middleware({
    world,
    start: (handler) => startMiddleware(words, handler),
    account: own,
    queueBytesMax,
    payloadBytesMax: 1 << 20,
    withTarget: false,
    onStrange: () => {},
    onEnd: () => ends++,
  })
  middleware.start((batch) => passed.push(...batch))
  const ticking = setInterval(() => middleware.tick(world.now()), 20)
  return {
    middleware,
    account,
    own,
    passed,
    ends: () => ends,
    [Symbol.asyncDispose]: async () => {
      clearInterval(ticking)
      await middleware.end()
    },
  }
}

const node = (code: string): readonly string[] => [process.execPath, '-e', code]

const requests = (count: number, payload = 'GET / HTTP/1.1\r\n\r\n') =>
  Array.from({ length: count }, (_, sequence) => createRequest({ sequence, payload }))

test('cat passes every message, in order and unchanged', async () => {
  await using running = run(['cat'])
  const messages = requests(2_000, 'x'.repeat(200))
  for (let at = 0; at < messages.length; at += 100) {
    running.middleware.write(messages.slice(at, at + 100), running.account)
  }
  await eventually('all of them', () => running.passed.length === messages.length)
  assert.deepEqual(running.passed, messages)
  assert.deepEqual([running.account.drops, running.own.drops], [{}, {}])
})

/** As GoReplay's example: learns which token is which, and gives the target its own. */
const tokenModifier = `
const lines = require('readline').createInterface({ input: process.stdin })
const tokens = new Map(), originals = new Map()
lines.on('line', (line) => {
  const text = Buffer.from(line, 'hex').toString('latin1')
  const [type, id] = text.split(' ')
  const token = /"token":"(\\w+)"/.exec(text)
  if (type === '2' && token) originals.set(id, token[1])
  if (type === '3' && token) tokens.set(originals.get(id), token[1])
  const sent = text.replace(/token=(\\w+)/, (all, known) => 'token=' + (tokens.get(known) ?? known))
  console.log(Buffer.from(type === '1' ? sent : text, 'latin1').toString('hex'))
})`

test('a program that rewrites tokens learns them from the answers of production and of the target', async () => {
  await using running = run(node(tokenModifier))
  const answer = (kind: 'response' | 'replayed', token: string) =>
    createRequest({ kind, payload: `HTTP/1.1 200 OK\r\n\r\n{"token":"${token}"}` })
  const login = createRequest({ payload: 'GET /login HTTP/1.1\r\n\r\n' })
  const later = createRequest({ sequence: 1, payload: 'GET /?token=abc HTTP/1.1\r\n\r\n' })
  const batch = [login, answer('response', 'abc'), answer('replayed', 'xyz'), later]
  running.middleware.write(batch, running.account)
  await eventually('four messages', () => running.passed.length === 4)
  assert.equal(String(running.passed[3]!.payload), 'GET /?token=xyz HTTP/1.1\r\n\r\n')
  assert.deepEqual(running.own.drops, {})
})

test('one that dies is started again, and what it had read is counted', async () => {
  await using running = run(['head', '-n', '2'])
  running.middleware.write(requests(5), running.account)
  await eventually('its end', () => running.ends() === 1)
  assert.equal(running.passed.length, 2)
  assert.deepEqual(running.account.drops, { 'middleware-exit': 3 })
  await eventually('another', () => {
    running.middleware.write(requests(1), running.account)
    return running.passed.length > 2
  })
})

test('a program that cannot be started is tried again, and drops are counted', async () => {
  await using running = run(['/nowhere/program'])
  running.middleware.write(requests(5), running.account)
  await eventually('two attempts', () => running.ends() >= 2)
  assert.deepEqual(running.account.drops, { 'middleware-exit': 5 })
})

test('one that hangs fills no more than its queue, and is killed at the end', async () => {
  const bytesMax = 100_000
  const running = run(['sleep', '1000'], bytesMax)
  const messages = requests(1_000, 'x'.repeat(1_000))
  running.middleware.write(messages, running.account)
  const { 'middleware-queue': over = 0 } = running.account.drops
  assert.ok(over > 900, `${over}`)
  await running[Symbol.asyncDispose]()
  assert.deepEqual(running.account.drops, {
    'middleware-queue': over,
    'middleware-exit': messages.length - over,
  })
})

test('one that floods is read, and what is no message is counted and not kept', async () => {
  const flood = `
    const junk = 'zz'.repeat(8 << 20)
    process.stdout.write(junk, () => process.stdout.write('\\n'))
    process.stdin.pipe(process.stdout)`
  await using running = run(node(flood))
  await eventually('the line', () => running.own.drops['bad-record'] === 1)
  running.middleware.write(requests(1), running.account)
  await eventually('the message behind it', () => running.passed.length === 1)
})

test('a program is found on the path, or where its name says', () => {
  assert.deepEqual(['cat', '/bin/cat', 'no-such-program', '/bin', './cat'].map(isProgram), [
    true,
    true,
    false,
    false,
    false,
  ])
})
