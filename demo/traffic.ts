// The users of the demo's shop: some keep a connection, some come anew each time, some order.
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Traffic {
  /** Answers so far. */
  answered(): number
  /** Resolves when the last user has left. */
  readonly over: Promise<void>
}

const usersWithConnection = 6
const usersWithout = 2
const pauseMillis = 20

/** Sends requests to the shop for `seconds`. */
export function startTraffic(port: number, seconds: number): Traffic {
  const counts = { answered: 0 }
  const until = performance.now() + seconds * 1_000
  const use = async (user: number, keepAlive: boolean) => {
    const agent = new Agent({ keepAlive, maxSockets: 1 })
    for (let visit = user; performance.now() < until; visit += 1) {
      await visitShop(port, agent, visit)
      counts.answered += 1
      await sleep(pauseMillis)
    }
    agent.destroy()
  }
  const users = Array.from({ length: usersWithConnection + usersWithout }, (_, user) =>
    use(user, user < usersWithConnection),
  )
  return { answered: () => counts.answered, over: Promise.all(users).then(() => {}) }
}

function visitShop(port: number, agent: Agent, visit: number): Promise<void> {
  const { method, path, body } = createVisit(visit)
  const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) }
  const headers = { 'content-type': 'application/json', ...length }
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, agent, method, path, headers }, (answer) => {
      answer.resume().once('end', resolve)
    })
    sent.once('error', reject).end(body)
  })
}

function createVisit(visit: number) {
  const item = (visit * 37) % 500
  switch (visit % 8) {
    case 0:
      return { method: 'GET', path: '/', body: '' }
    case 3:
      return { method: 'POST', path: '/api/orders', body: createOrder(visit, item) }
    case 5:
      return { method: 'GET', path: `/api/coupons?item=${item}`, body: '' }
    case 6:
      return { method: 'HEAD', path: `/api/items/${item}`, body: '' }
    default:
      return { method: 'GET', path: `/api/items/${item}`, body: '' }
  }
}

/** From a few bytes to several packets. */
function createOrder(visit: number, item: number): string {
  return JSON.stringify({ item, note: 'gift '.repeat((visit * 131) % 2_000) })
}
