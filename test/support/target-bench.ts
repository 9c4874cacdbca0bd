// An output to a target for tests, with everything around it in the test's hands.
import type { OutputAccount } from '../../src/model/ledger.ts'
import type { Output } from '../../src/model/output.ts'
import type { World } from '../../src/model/world.ts'
import { type BinaryOutputOptions, createBinaryOutput } from '../../src/replay/binary-output.ts'
import { createHttpOutput, type HttpOutputOptions } from '../../src/replay/http-output.ts'
import { parseTargetUrl } from '../../src/replay/target-url.ts'
import { createFakeDial, type FakeWire } from './fake-wires.ts'
import { createRequest, type MessageParts } from './messages.ts'

export const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
export const seconds = 1_000_000

interface Counts {
  readonly account: OutputAccount
  readonly counts: Map<string, number>
  /** How late each request was sent that was due at a time. */
  readonly lates: number[]
}

export interface OutputBench {
  readonly output: Output
  readonly wires: readonly FakeWire[]
  readonly lates: readonly number[]
  now(): number
  /** Writes requests in one batch. */
  send(...parts: MessageParts[]): void
  /** Lets time pass, with a tick each 100 ms. */
  pass(duration: number): void
  /** Lets time pass by the millisecond, with all wake-ups and a tick each 100 ms. */
  advance(duration: number): Promise<void>
  /** All counts, by name. */
  fates(): Record<string, number>
}

/** Counts what an output reports, by name. */
function createCounts(): Counts {
  const counts = new Map<string, number>()
  const lates: number[] = []
  const add = (name: string, count: number) => counts.set(name, (counts.get(name) ?? 0) + count)
  const account: OutputAccount = {
    amplified: (count) => add('amplified', count),
    accepted: (count) => add('accepted', count),
    delivered: (count) => add('delivered', count),
    answered: (status) => add(`answered ${status}`, 1),
    scheduled: (late) => lates.push(late),
    connected: () => {},
    redirected: () => add('redirected', 1),
    unanswered: (reason, count) => add(`unanswered ${reason}`, count),
    dropped: (reason, count) => add(`dropped ${reason}`, count),
  }
  return { account, counts, lates }
}

/** An HTTP output with a clock and wires that a test moves by hand. */
export function createHttpBench(options: Partial<HttpOutputOptions> = {}): OutputBench {
  return createBench((parts) => {
    return createHttpOutput({
      ...parts,
      target: parseTargetUrl('http://candidate:5000'),
      edit: { host: 'candidate:5000', pathPrefix: '', mark: null },
      ...options,
    })
  })
}

/** An output of any protocol, likewise. */
export function createBinaryBench(options: Partial<BinaryOutputOptions> = {}): OutputBench {
  const endpoint = { host: 'candidate', port: 6379, secure: false }
  const limits = { responseBytesMax: 1_000 }
  return createBench((parts) => createBinaryOutput({ ...parts, endpoint, ...limits, ...options }))
}

type CommonParts = Pick<
  HttpOutputOptions,
  'name' | 'world' | 'dial' | 'account' | 'timeout' | 'connectionsMax' | 'queueBytesMax'
>

function createBench(createOutput: (parts: CommonParts) => Output): OutputBench {
  let now = 1_000 * seconds
  const sleepers: { readonly until: number; readonly wake: () => void }[] = []
  const sleep = (duration: number) =>
    new Promise<void>((wake) => void sleepers.push({ until: now + duration, wake }))
  const world: World = { now: () => now, sleep, random: () => 0.5 }
  const { dial, wires } = createFakeDial()
  const { account, counts, lates } = createCounts()
  const output = createOutput({
    name: 'http://candidate:5000',
    world,
    dial,
    account,
    timeout: 5 * seconds,
    connectionsMax: 100,
    queueBytesMax: 1_000_000,
  })
  const send = (...parts: MessageParts[]) => output.write(parts.map(createRequest))
  const pass = (duration: number) => {
    for (const until = now + duration; now < until; ) {
      now += 100_000
      output.tick(now)
    }
  }
  const advance = async (duration: number) => {
    for (const until = now + duration; now < until; ) {
      now += 1_000
      for (const { wake } of sleepers.filter(({ until: at }) => at <= now)) wake()
      const left = sleepers.filter(({ until: at }) => at > now)
      sleepers.splice(0, sleepers.length, ...left)
      await Promise.resolve()
      if (now % 100_000 === 0) output.tick(now)
    }
  }
  const fates = () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
  return { output, wires, lates, now: () => now, send, pass, advance, fates }
}

export const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: production\r\n\r\n`
export const sent = (path: string) => `GET ${path} HTTP/1.1\r\nHost: candidate:5000\r\n\r\n`
