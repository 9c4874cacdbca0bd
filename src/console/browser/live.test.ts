import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { LiveOverview } from './state.ts'

/** What the page's code finds in a browser, as far as it hears of a run. */
class FakeSource {
  static readonly open = new Set<FakeSource>()
  onmessage: (event: { readonly data: string }) => void = () => {}
  onerror: () => void = () => {}
  readonly url: string

  constructor(url: string) {
    this.url = url
    FakeSource.open.add(this)
  }

  close(): void {
    FakeSource.open.delete(this)
  }
}

const kept = new Map<string, string>()
Object.assign(globalThis, {
  EventSource: FakeSource,
  location: { hash: '#/run-1/now' },
  addEventListener: () => {},
  document: { documentElement: { lang: '', dataset: {} } },
  localStorage: {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
  },
})
const { listen } = await import('./live.ts')
const { isLost, overview, revision, route } = await import('./state.ts')
listen()

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** As a server tells it each second: a few kilobytes, other ones each time. */
function tell(second: number): void {
  const causes = Array.from({ length: 5 }, (_, index) => ({
    title: `GET /orders/{id} $.items[*].price${index} value: ${second} → ${second + 1}`.repeat(4),
    shown: second,
  }))
  const seen = { id: 'run-1', exchanges: second * 100, rules: 0, live: true, verdict: { causes } }
  const [source] = FakeSource.open
  source!.onmessage({ data: JSON.stringify(seen) })
}

function heapBytes(): number {
  collect()
  return process.memoryUsage().heapUsed
}

test('a page that is open for a day holds what it was told last, and nothing of before', () => {
  for (let second = 0; second < 3_600; second++) tell(second)
  const afterAnHour = heapBytes()
  for (let second = 3_600; second < 86_400; second++) tell(second)
  const grown = heapBytes() - afterAnHour
  assert.equal((overview.value as LiveOverview).exchanges, 8_639_900)
  assert.equal(revision.value, 'run-1 8639900 0')
  // A day of updates is some 100 MB.
  assert.ok(grown < 1_000_000, `${grown} bytes`)
  assert.deepEqual([FakeSource.open.size, kept.size], [1, 2])
})

test('a connection that breaks is told, and of another run one hears instead of the first', () => {
  const [first] = FakeSource.open
  first!.onerror()
  assert.equal(isLost.value, true)
  tell(1)
  assert.equal(isLost.value, false)
  for (const run of ['run-2', 'run-3']) route.value = { run, page: 'now', query: {} }
  assert.deepEqual(
    [...FakeSource.open].map(({ url }) => url),
    ['/api/runs/run-3/events'],
  )
  assert.equal(overview.value, null)
})
