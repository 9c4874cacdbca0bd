import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { SourceAccount, SourceDropReason } from '../model/ledger.ts'
import type { Message } from '../model/message.ts'
import { Intake, type IntakeOptions, type MessageFilter } from './intake.ts'

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

function createIntake(parts: Partial<IntakeOptions>) {
  const passed: Message[] = []
  const intake = new Intake({
    middleware: null,
    shape: null,
    script: null,
    onMessages: (batch) => passed.push(...batch),
    ...parts,
  })
  const account = new Account()
  const names = () => passed.map(({ kind, sequence }) => `${kind} ${sequence}`)
  return { intake, account, passed, names }
}

const exchange = (sequence: number, payload?: string) =>
  (['request', 'response'] as const).map((kind) =>
    createRequest({ sequence, kind, ...(payload === undefined ? {} : { payload }) }),
  )

const requestsBut =
  (sequence: number) =>
  (message: Message): Message | null =>
    message.kind === 'request' && message.sequence === sequence ? null : message

test('the response of a request that was kept out is so too, and for the same reason', () => {
  const { intake, account, names } = createIntake({
    shape: requestsBut(1),
    script: requestsBut(2),
  })
  const limiter = (message: Message) => (message.sequence === 0 ? 0 : 1)
  intake.open(account, limiter)(
    [0, 1, 2, 3].flatMap((sequence) => exchange(sequence)),
    0,
  )
  assert.deepEqual(names(), ['request 3', 'response 3'])
  assert.equal(account.messages, 2)
  assert.deepEqual(account.drops, { limit: 2, filter: 2, script: 2 })
})

test('requests of one id, as GoReplay gives pipelined ones, are kept out one by one', () => {
  let kept = 0
  const { intake, account, names } = createIntake({
    shape: (message) => (message.kind === 'request' && kept++ % 2 === 0 ? null : message),
  })
  const take = intake.open(account, null)
  for (let turn = 0; turn < 4; turn++) take(exchange(0), 0)
  assert.deepEqual(names(), ['request 0', 'response 0', 'request 0', 'response 0'])
  assert.deepEqual(account.drops, { filter: 4 })
})

test('the end of a connection passes everything, and is counted nowhere', () => {
  const { intake, account, names } = createIntake({ shape: () => null })
  const closed = createRequest({ kind: 'closed' })
  intake.open(account, () => 0)([closed], 0)
  const other = createIntake({})
  other.intake.open(other.account, null)([closed], 0)
  assert.deepEqual([...names(), ...other.names()], ['closed 0', 'closed 0'])
  assert.deepEqual([account.messages, other.account.messages, account.drops], [0, 0, {}])
})

test('what would follow an upgrade that was kept out is kept out, until the connection ends', () => {
  const { intake, account, names } = createIntake({ shape: requestsBut(0) })
  const take = intake.open(account, null)
  const upgrade = createRequest({ payload: 'GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n' })
  const frame: Message = { ...createRequest({ sequence: 1, payload: 'frame' }), raw: true }
  take([upgrade, frame, { ...upgrade, kind: 'closed' }, frame], 0)
  assert.deepEqual(account.drops, { filter: 2 })
  assert.deepEqual(names(), ['closed 0', 'request 1'])
})

test('the middleware comes behind the limit and before the rules', () => {
  const given: Message[] = []
  let pass: Parameters<MessageFilter['start']>[0] = () => {}
  const middleware: MessageFilter = {
    start: (listener) => {
      pass = listener
    },
    write: (batch) => void given.push(...batch),
    tick: () => {},
    quiet: () => true,
    end: async () => {},
  }
  const { intake, account, names } = createIntake({ middleware, shape: requestsBut(1) })
  const limiter = (message: Message) => (message.sequence === 0 ? 0 : 1)
  intake.open(account, limiter)(
    [0, 1, 2].flatMap((sequence) => exchange(sequence)),
    0,
  )
  assert.equal(given.length, 4)
  assert.equal(account.messages, 0)
  pass(given, account)
  assert.deepEqual(names(), ['request 2', 'response 2'])
  assert.equal(account.messages, 2)
  assert.deepEqual(account.drops, { limit: 2, filter: 2 })
})
