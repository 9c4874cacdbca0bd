// A recording made of chance: visitors who come at any time and ask a few times each.
import { createRecordedTraffic, type RecordedTraffic } from '../src/capacity/recorded-traffic.ts'
import type { ConnectionId, ExchangeId, Message } from '../src/model/message.ts'
import type { SimWorld } from './world.ts'

export interface VisitOptions {
  /** Requests a second, about. */
  readonly perSecond: number
  readonly seconds: number
  /** Of the requests, those that are POST. */
  readonly writes?: number
}

const requestsMax = 8
const pauseMax = 2_000_000

/** Requests in order of time, each on the connection of its visitor. */
export function recordVisits(world: SimWorld, options: VisitOptions): Message[] {
  const { perSecond, seconds, writes = 0.1 } = options
  const visits = Math.round((perSecond * seconds * 2) / (requestsMax + 1))
  const end = seconds * 1e6
  const requests: Message[] = []
  for (let visit = 0; visit < visits; visit++) {
    let at = world.pick(-requestsMax * pauseMax, end)
    const count = world.pick(1, requestsMax)
    for (let sequence = 0; sequence < count; sequence++) {
      if (at >= 0 && at < end) requests.push(createVisitRequest(world, visit, sequence, at, writes))
      at += world.pick(0, pauseMax)
    }
  }
  return requests.sort((a, b) => a.at - b.at)
}

function createVisitRequest(
  world: SimWorld,
  visit: number,
  sequence: number,
  at: number,
  writes: number,
): Message {
  const item = world.pick(1, 500)
  const line = world.chance(writes) ? `POST /orders/${item}` : `GET /items/${item}`
  const connection = visit.toString(16).padStart(16, '0') as ConnectionId
  const head = `${line} HTTP/1.1\r\nHost: p\r\nContent-Length: 0\r\n\r\n`
  return {
    kind: 'request',
    id: `${connection}${sequence.toString(16).padStart(8, '0')}` as ExchangeId,
    connection,
    sequence,
    at,
    duration: 0,
    payload: Buffer.from(head, 'latin1'),
  }
}

export function createVisitTraffic(world: SimWorld, options: VisitOptions): RecordedTraffic {
  return createRecordedTraffic(recordVisits(world, options), (request) => {
    const [method = '', target = ''] = Buffer.from(request.payload).toString('latin1').split(' ')
    return {
      session: request.connection,
      endpoint: `${method} ${target.replace(/\d+/, '{id}')}`,
      target,
      unsafe: method === 'POST',
      status: 0,
      shape: 0,
    }
  })
}
