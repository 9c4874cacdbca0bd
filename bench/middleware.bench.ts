// How many messages a second pass a middleware that is `cat`, there and back.
import { cpuUsage } from 'node:process'
import { setImmediate as turn } from 'node:timers/promises'
import type { ConnectionId, ExchangeId, Message } from '../src/model/message.ts'
import { startMiddleware } from '../src/shape/io/middleware-process.ts'
import { Middleware } from '../src/shape/middleware.ts'

const targetPerSecond = 20_000
const batchMessages = 100
const rounds = 1_000
/** As many as wait for the program at one time; the rest of it is waiting for the processor. */
const aheadMax = 2_000

/** Of longer ones the bytes count, which are there for comparison. */
const judgedBytesMax = 1_000
const payloadBytes = [200, 1_000, 10_000]

const noAccount = { captured: () => {}, dropped: () => {} }

async function measure(bytes: number): Promise<void> {
  let passed = 0
  const middleware = new Middleware({
    world: { now: () => Math.round(performance.now() * 1_000), sleep, random: Math.random },
    start: (handler) => startMiddleware(['cat'], handler),
    account: noAccount,
    queueBytesMax: 1 << 28,
    payloadBytesMax: 1 << 20,
    withTarget: false,
    onStrange: () => {},
    onEnd: () => {},
  })
  middleware.start((batch) => {
    passed += batch.length
  })
  const payload = Buffer.alloc(bytes, 'x')
  const startedAt = performance.now()
  const before = cpuUsage()
  for (let sent = 0; sent < rounds * batchMessages; sent += batchMessages) {
    while (sent - passed > aheadMax) await turn()
    middleware.write(createBatch(sent, payload), noAccount)
  }
  while (passed < rounds * batchMessages) await turn()
  const seconds = (performance.now() - startedAt) / 1_000
  const { user, system } = cpuUsage(before)
  await middleware.end()
  const perSecond = Math.round(passed / seconds)
  const micros = ((user + system) / passed).toFixed(1)
  const verdict = perSecond >= targetPerSecond ? 'met' : 'MISSED'
  console.log(
    `cat, payloads of ${String(bytes).padStart(6)} bytes ` +
      `${String(perSecond).padStart(8)} messages/s, ${micros} µs of ours each, ` +
      (bytes > judgedBytesMax ? 'for comparison' : `target ${targetPerSecond}/s: ${verdict}`),
  )
}

function createBatch(from: number, payload: Uint8Array): Message[] {
  return Array.from({ length: batchMessages }, (_, index): Message => {
    const sequence = from + index
    const connection = `5f3a9c01${(sequence >> 4).toString(16).padStart(8, '0')}`
    return {
      kind: 'request',
      id: `${connection}${sequence.toString(16).padStart(8, '0')}` as ExchangeId,
      connection: connection as ConnectionId,
      sequence,
      at: 1_700_000_000_123_456,
      duration: 12,
      payload,
    }
  })
}

async function sleep(): Promise<void> {
  await turn()
}

for (const bytes of payloadBytes) await measure(bytes)
