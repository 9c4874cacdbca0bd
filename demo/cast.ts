// Who plays in the demo: the shop three times, and its users.

import { type Bug, bugs } from '../shop/bugs.ts'
import { makeData } from '../shop/data.ts'
import { startShop } from '../shop/io/start-shop.ts'
import { type LoadResult, visitShop } from '../shop/io/visit-shop.ts'

export interface Cast extends AsyncDisposable {
  /** Release 1 with its users' data. */
  readonly production: string
  /** Release 1 with pre-production's data. */
  readonly baseline: string
  /** Release 2, which has one bug, with pre-production's data. */
  readonly candidate: string
  readonly bug: Bug
}

/** What one would come to see by itself: prices that customers are shown are wrong. */
const bugName = 'price-rounding'
const drift = [
  ...['other-prices', 'other-stock', 'missing-users', 'deleted-orders', 'other-profiles'],
  ...['renamed-categories', 'other-recommendations', 'fewer-reviews'],
]
const dataSeed = 3

/** Answers take 10 ms on average, so that pre-production's ten bear five times normal traffic. */
const workers = { production: '30', preview: '10' }

/** Starts the shops on free ports of loopback. */
export async function startCast(): Promise<Cast> {
  const data = ['--data', `${dataSeed}`, '--slow']
  const preview = [...data, '--drift', drift.join(','), '--workers', workers.preview]
  const shops = await Promise.all([
    startShop([...data, '--workers', workers.production, '--seed', '11']),
    startShop([...preview, '--seed', '12']),
    startShop([...preview, '--seed', '13', '--release', '2', '--bugs', bugName]),
  ])
  const [production, baseline, candidate] = shops.map(({ port }) => `127.0.0.1:${port}`)
  return {
    production: production!,
    baseline: `http://${baseline}`,
    candidate: `http://${candidate}`,
    bug: bugs.get(bugName)!,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(shops.map((shop) => shop.stop()))
    },
  }
}

export interface Users {
  /** Answers so far. */
  answered(): number
  readonly over: Promise<LoadResult>
}

export interface UsersOptions {
  /** Other seeds, other users. */
  readonly seed: number
  readonly seconds: number
  readonly requestsPerSecond: number
}

/** They come for that long, and leave within moments of its end. */
export function startUsers({ production }: Cast, options: UsersOptions): Users {
  const counts = { answered: 0 }
  const over = visitShop({
    port: Number(production.split(':')[1]),
    data: makeData(dataSeed, new Set()),
    ...options,
    visitSeconds: 3,
    onAnswer: () => {
      counts.answered += 1
    },
  })
  return { answered: () => counts.answered, over }
}
