// Visitors over real sockets: they come when they come, however slow the shop is (an open loop).
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fractionAt } from '../chance.ts'
import type { ShopData } from '../data.ts'
import { type Answer, headerOf, parseAnswer } from '../http.ts'
import { type Issued, learn, renderStep } from '../step.ts'
import { startVisit, stepsPerVisit, visitMicros } from '../visit.ts'

export interface LoadOptions {
  readonly port: number
  /** Whose users come: the data of the shop there. */
  readonly data: ShopData
  readonly seed: number
  /** On average, once visits that have begun are as many as end: after `visitSeconds`. */
  readonly requestsPerSecond: number
  /** For so long visits begin; those under way are then broken off. */
  readonly seconds: number
  /** How long a visit lasts, about. */
  readonly visitSeconds: number
  readonly onAnswer?: (answered: Answered) => void
}

export interface Answered {
  readonly visit: number
  readonly line: string
  readonly status: number
  readonly millis: number
}

export interface LoadResult {
  readonly visits: number
  readonly requests: number
  readonly byStatus: Readonly<Record<number, number>>
  /** Visits that ended with a connection that broke. */
  readonly broken: number
  readonly medianMillis: number
  readonly p99Millis: number
}

/** All visits, from the first to the end of the last. */
export async function visitShop(options: LoadOptions): Promise<LoadResult> {
  const { requestsPerSecond, seconds, seed } = options
  const startsAt = performance.now()
  const endsAt = startsAt + seconds * 1000
  const load: Load = { ...options, endsAt, byStatus: {}, millis: [], broken: 0 }
  const underWay = new Set<Promise<void>>()
  let visits = 0
  for (let dueAt = startsAt; dueAt < endsAt; ) {
    const waits = dueAt - performance.now()
    if (waits > 0) await sleep(waits)
    const visit = visitOnce(load, visits).catch(() => {
      load.broken += 1
    })
    underWay.add(visit)
    void visit.then(() => underWay.delete(visit))
    visits += 1
    const mean = (1000 * stepsPerVisit) / requestsPerSecond
    dueAt += -Math.log(1 - fractionAt(seed, 'arrival', visits)) * mean
  }
  await Promise.all(underWay)
  const millis = load.millis.toSorted((one, other) => one - other)
  const quantile = (share: number) => millis[Math.floor(millis.length * share)] ?? 0
  return {
    visits,
    requests: millis.length,
    byStatus: load.byStatus,
    broken: load.broken,
    medianMillis: quantile(0.5),
    p99Millis: quantile(0.99),
  }
}

interface Load extends LoadOptions {
  readonly endsAt: number
  readonly byStatus: Record<number, number>
  readonly millis: number[]
  broken: number
}

async function visitOnce(load: Load, number: number): Promise<void> {
  const { seed, data, port, visitSeconds, endsAt, byStatus, millis, onAnswer } = load
  const steps = startVisit({ seed, number, data })
  const issued: Issued = new Map()
  const slower = (visitSeconds * 1e6) / visitMicros
  let connection = openConnection(port)
  try {
    for (let next = steps.next(); next.done !== true; ) {
      const step = next.value
      const thinkMillis = (step.thinkMicros * slower) / 1000
      if (performance.now() + thinkMillis >= endsAt) return
      await sleep(thinkMillis)
      if (step.isOnNewConnection) {
        connection.close()
        connection = openConnection(port)
      }
      const sentAt = performance.now()
      const answer = await connection.ask(renderStep(step, issued, issued))
      const took = performance.now() - sentAt
      millis.push(took)
      byStatus[answer.status] = (byStatus[answer.status] ?? 0) + 1
      const line = `${step.method} ${step.target}`
      onAnswer?.({ visit: number, line, status: answer.status, millis: took })
      learn(step, answer, issued)
      next = steps.next(answer)
    }
  } finally {
    connection.close()
  }
}

interface Connection {
  ask(request: Uint8Array): Promise<Answer>
  close(): void
}

const answerBytesMax = 4_000_000

function openConnection(port: number): Connection {
  const socket = connect(port, '127.0.0.1').setNoDelay(true)
  // Whoever asks next hears of it.
  socket.on('error', () => {})
  return {
    ask: (request) => askOver(socket, request),
    close: () => socket.destroy(),
  }
}

/** One answer to one request; fails when the connection ends before it is whole. */
function askOver(socket: Socket, request: Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0)
    const stop = () => socket.off('data', onData).off('close', onClose)
    const onClose = () => {
      stop()
      reject(new Error('the connection broke'))
    }
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const answer = readWhole(received)
      if (answer === null && received.length < answerBytesMax) return
      stop()
      if (answer === null) reject(new Error('the answer is too long'))
      else resolve(answer)
    }
    if (socket.destroyed) return onClose()
    socket.on('data', onData).once('close', onClose).write(request)
  })
}

/** Null while more is to come. */
function readWhole(received: Buffer): Answer | null {
  if (!received.includes('\r\n\r\n')) return null
  const answer = parseAnswer(received)
  return answer.body.length >= Number(headerOf(answer, 'content-length') ?? 0) ? answer : null
}
