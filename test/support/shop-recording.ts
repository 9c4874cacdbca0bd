// Recordings of a shop, for tests of what is replayed.
import { makeData } from '../../shop/data.ts'
import { drive } from '../../shop/drive.ts'
import { allNoise } from '../../shop/noise.ts'
import { createShop } from '../../shop/shop.ts'
import type { ConnectionId, ExchangeId, Message } from '../../src/model/message.ts'
import { writeGorRecord } from '../../src/protocol/gor/gor-writer.ts'

/** What visitors asked a shop, and what it answered, in GoReplay's format. */
export function recordShop(dataSeed: number, requests: number, requestsPerSecond = 400): Buffer {
  const production = createShop({
    ...{ dataSeed, instanceSeed: 7, release: 1, bugs: new Set(), drift: new Set() },
    noise: allNoise,
  })
  const messages: Message[] = []
  const exchanges = drive({
    ...{ production, others: {}, data: makeData(dataSeed, new Set()), seed: 5, requests },
    ...{ requestsPerSecond, startsAt: 1_750_000_000_000_000 },
  })
  for (const { number, connection, production: asked } of exchanges) {
    const hex = (value: number) => value.toString(16).padStart(8, '0')
    const connectionId = `5f3a9c01${hex(connection)}` as ConnectionId
    const common = {
      id: `${connectionId}${hex(number)}` as ExchangeId,
      connection: connectionId,
      sequence: number,
      duration: 0,
    }
    messages.push({ ...common, kind: 'request', at: asked.sentAt, payload: asked.request })
    messages.push({ ...common, kind: 'response', at: asked.answeredAt, payload: asked.response })
  }
  messages.sort((one, other) => one.at - other.at)
  return Buffer.concat(messages.map(writeGorRecord))
}
