// What correlation costs: production's answer and a target's read and paired, and the next request
// rewritten, with 2 KB of JSON each, for tables of one thousand and of one hundred thousand pairs.
// CPU time with that of the garbage collector, for the machine may have other work.

import { cpuUsage } from 'node:process'
import type { ConnectionId, ExchangeId, Message, MessageKind } from '../src/model/message.ts'
import { createIssuedReader } from '../src/shape/correlate-issued.ts'
import { CorrelationReport } from '../src/shape/correlate-report.ts'
import { Correlator } from '../src/shape/correlator.ts'

const targetMicros = 200
/** The cost must not follow the table's size. */
const targetRatio = 1.5
const exchanges = 10_000
const bodyBytes = 2_048
const connection = 'c' as ConnectionId

function main(): void {
  const sizes = [1_000, 100_000]
  console.log(`${bodyBytes} bytes of JSON in every request and answer, 1 of 4 values issued`)
  const costs = sizes.map((size) => {
    const heapBefore = usedHeap()
    const { correlator, report } = createFilled(size)
    const bytes = Math.round((usedHeap() - heapBefore) / correlator.size())
    const rounds = Array.from({ length: 10 }, () => run(correlator, exchanges / 10))
    const micros = median(rounds.slice(2))
    const { substituted, sentWithout } = report.counts
    console.log(
      `${String(correlator.size()).padStart(7)} pairs: ${micros.toFixed(1)} µs CPU an exchange, ` +
        `target ${targetMicros}: ${verdict(micros <= targetMicros)}; ` +
        `${bytes} bytes of heap a pair; ${substituted} substituted, ${sentWithout} without`,
    )
    return micros
  })
  const ratio = costs[1]! / costs[0]!
  console.log(
    `a hundred times the pairs: ${ratio.toFixed(2)} times the cost, ` +
      `target ${targetRatio}: ${verdict(ratio <= targetRatio)}`,
  )
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!
}

function verdict(met: boolean): string {
  return met ? 'met' : 'MISSED'
}

function usedHeap(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

function createFilled(pairs: number) {
  const report = new CorrelationReport(() => '~')
  const correlator = new Correlator({
    now: () => 0,
    pairsMax: pairs,
    expiry: 3_600_000_000,
    report,
    readProduction: createIssuedReader(),
  })
  for (let number = 0; number < pairs / tokensPerBody; number++) exchange(correlator, number)
  return { correlator, report }
}

/** Each answer issues new values, and each request uses those of the exchange before. */
function run(correlator: Correlator, count: number): number {
  const first = nextNumber
  const messages = Array.from({ length: count }, (_, index) => compose(first + index))
  nextNumber += count
  const before = cpuUsage()
  for (const { request, production, replayed } of messages) {
    correlator.expect(request)
    correlator.learnProduction(production)
    correlator.rewrite(request, true)
    correlator.learnReplayed(replayed)
  }
  const { user, system } = cpuUsage(before)
  return (user + system) / count
}

let nextNumber = 1_000_000

function exchange(correlator: Correlator, number: number): void {
  const { request, production, replayed } = compose(number)
  correlator.expect(request)
  correlator.learnProduction(production)
  correlator.learnReplayed(replayed)
}

const tokensPerBody = 10

function compose(number: number) {
  const used = composeBody('p', number - 1)
  const cookie = `Cookie: theme=dark; sid=${token('p', 1_000_000, 0)}\r\n`
  const fields = `Content-Type: application/json\r\nContent-Length: ${used.length}\r\n`
  const target = `/orders/${token('p', number - 1, 0)}/lines?page=2`
  const answer = (side: string) => {
    const body = composeBody(side, number)
    const fields = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`
    return `HTTP/1.1 200 OK\r\n${fields}\r\n${body}`
  }
  return {
    request: message(
      'request',
      number,
      `POST ${target} HTTP/1.1\r\nHost: a\r\n${cookie}${fields}\r\n${used}`,
    ),
    production: message('response', number, answer('p')),
    replayed: message('replayed', number, answer('t')),
  }
}

function message(kind: MessageKind, sequence: number, text: string): Message {
  const id = `e${sequence}` as ExchangeId
  return { kind, id, connection, sequence, at: 0, duration: 0, payload: Buffer.from(text) }
}

/** One value in four is issued, the others are the same on both sides. */
function composeBody(side: string, number: number): string {
  const lines = Array.from({ length: tokensPerBody }, (_, index) => ({
    id: token(side, number, index),
    name: `Lamp of brass, number ${index}`,
    state: 'shipped',
    total: 12.5 + index,
    note: 'x'.repeat(85),
  }))
  return JSON.stringify({ lines }).padEnd(bodyBytes)
}

function token(side: string, number: number, index: number): string {
  return `${side}${(number * 2_654_435_761).toString(36)}x${index}y${number.toString(16)}`
}

main()
