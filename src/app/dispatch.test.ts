import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCountingAccount } from '../../test/support/counting-account.ts'
import { createRequest } from '../../test/support/messages.ts'
import type { OutputDropReason } from '../model/ledger.ts'
import type { Message } from '../model/message.ts'
import { createDispatch, type OutputRoute } from './dispatch.ts'

interface Seen {
  readonly route: OutputRoute
  /** Ids of messages, and `end of` connections, in the order they were told. */
  readonly events: string[]
  readonly messages: Message[]
  readonly drops: Map<OutputDropReason, number>
}

function createSeen(name: string, parts: Partial<OutputRoute> = {}): Seen {
  const events: string[] = []
  const messages: Message[] = []
  const { account, drops } = createCountingAccount()
  const output = {
    name,
    write: (batch: readonly Message[]) => {
      messages.push(...batch)
      events.push(...batch.map(({ id }) => id))
    },
    ended: (connections: readonly string[]) => {
      events.push(...connections.map((connection) => `end of ${connection}`))
    },
    tick: () => {},
    idle: () => true,
    close: async () => {},
  }
  return { route: { output, account, limiter: null, ...parts }, events, messages, drops }
}

const request = createRequest({ connection: 1 })
const response = createRequest({ connection: 1, kind: 'response' })
const closed = createRequest({ connection: 1, kind: 'closed' })
const replayed: Message = { ...request, kind: 'replayed', target: 'http://a' }

test('the end of a connection is told behind its last message, for each of its copies', () => {
  const one = createSeen('one')
  const many = createSeen('many', { limiter: () => 2 })
  createDispatch([one.route, many.route], false)([request, closed], 0)
  const { id, connection } = request
  assert.deepEqual(one.events, [id, `end of ${connection}`])
  assert.deepEqual(many.events, [id, `${id}.1`, `end of ${connection}`, `end of ${connection}.1`])
})

test('a response goes where its request went, and is counted with it where that was dropped', () => {
  const seen = createSeen('half', { limiter: (message) => message.sequence % 2 })
  const batch = [0, 1, 2, 3].flatMap((sequence) =>
    (['request', 'response'] as const).map((kind) => createRequest({ sequence, kind })),
  )
  createDispatch([seen.route], false)(batch, 0)
  assert.deepEqual(
    seen.messages.map(({ kind, sequence }) => `${kind} ${sequence}`),
    ['request 1', 'response 1', 'request 3', 'response 3'],
  )
  assert.deepEqual([...seen.drops], [['limit', 4]])
})

test('answers of targets go to the outputs that take them, and are counted at the others', () => {
  const file = createSeen('file', { takesReplayed: true })
  const link = createSeen('link')
  createDispatch([file.route, link.route], false)([replayed], 0)
  assert.deepEqual(file.messages, [replayed])
  assert.deepEqual([...link.drops], [['kind', 1]])
})

test('shared out, answers and ends go with the connection of the request', () => {
  const routes = ['a', 'b'].map((name) => createSeen(name, { takesReplayed: true }))
  const dispatch = createDispatch(
    routes.map(({ route }) => route),
    true,
  )
  const copied: Message = { ...replayed, id: `${request.id}.1` as Message['id'], copy: 1 }
  const other = createRequest({ connection: 2 })
  const connection = `${request.connection}.1` as Message['connection']
  dispatch([request, other, response, { ...copied, connection }, closed], 0)
  assert.deepEqual(routes[0]!.events, [
    ...[request.id, response.id, copied.id],
    `end of ${request.connection}`,
  ])
  assert.deepEqual(routes[1]!.events, [other.id])
  assert.deepEqual([...routes[1]!.drops], [['split', 3]])
})

test('a message for some outputs reaches these, and the others count it', () => {
  const routes = ['a', 'b', 'c'].map((name) => createSeen(name))
  const message = { ...request, outputs: ['a', 'c'] }
  createDispatch(
    routes.map(({ route }) => route),
    false,
  )([message], 0)
  assert.deepEqual(
    routes.map(({ messages }) => messages.length),
    [1, 0, 1],
  )
  assert.deepEqual([...routes[1]!.drops], [['route', 1]])
})

test('an output is given what is prepared for it, copies alike, and the others the original', () => {
  const prepare = (message: Message) => ({ ...message, payload: Buffer.from('redacted') })
  const stored = createSeen('stored', { prepare, limiter: () => 2 })
  const target = createSeen('target')
  createDispatch([stored.route, target.route], false)([request], 0)
  assert.deepEqual(
    stored.messages.map(({ payload }) => String(payload)),
    ['redacted', 'redacted'],
  )
  assert.deepEqual(target.messages, [request])
})

test('of several outputs each is handed a batch before each other as often', () => {
  const told: string[] = []
  const routes = ['a', 'b', 'c'].map((name) => {
    const { route } = createSeen(name)
    return { ...route, output: { ...route.output, write: () => void told.push(name) } }
  })
  const dispatch = createDispatch(routes, false)
  for (let turn = 0; turn < 6; turn++) dispatch([request], 0)
  const turns = Array.from({ length: 6 }, (_, turn) => told.slice(turn * 3, turn * 3 + 3).join(''))
  assert.deepEqual(turns, ['abc', 'bca', 'cab', 'cba', 'acb', 'bac'])
})
