// What became of requests behind a login: production's answer and the target's to each, out of a
// recording that holds both.
import { readFileSync } from 'node:fs'
import { MemoryBudget } from '../../src/base/memory-budget.ts'
import type { Message } from '../../src/model/message.ts'
import { GorReader } from '../../src/protocol/gor/gor-reader.ts'

export interface SessionOutcomes {
  /** Requests with credentials that production answered as wanted, and the target in some way. */
  readonly requests: number
  /** Answered by the target with the same status. */
  readonly alike: number
  /** Answered by the target with 401, 403 or 404. */
  readonly denied: number
  /** The most frequent of the others, for who reads a failure. */
  readonly examples: readonly string[]
}

/** Reads the recording at `path`. */
export function readSessionOutcomes(path: string): SessionOutcomes {
  const texts = { request: new Map(), response: new Map(), replayed: new Map(), closed: new Map() }
  for (const { kind, id, payload } of readRecording(path)) {
    texts[kind].set(id, Buffer.from(payload).toString('latin1'))
  }
  let requests = 0
  let alike = 0
  let denied = 0
  const others = new Map<string, number>()
  for (const [id, request] of texts.request as Map<string, string>) {
    const production = statusOf(texts.response.get(id))
    const target = statusOf(texts.replayed.get(id))
    if (!credentials.test(request) || production === null || target === null) continue
    if (production >= 400) continue
    requests += 1
    if (production === target) alike += 1
    if (target === 401 || target === 403 || target === 404) denied += 1
    const route = request.slice(0, request.indexOf(' HTTP'))
    const what = `${route} ${production} > ${target}`
    if (production !== target) others.set(what, (others.get(what) ?? 0) + 1)
  }
  const frequent = [...others].sort((one, other) => other[1] - one[1]).slice(0, 5)
  return { requests, alike, denied, examples: frequent.map(([what, count]) => `${count} ${what}`) }
}

const credentials = /^(cookie: (.*; )?session=\w|authorization: bearer )/im

function statusOf(answer: string | undefined): number | null {
  return answer === undefined ? null : Number(answer.slice(9, 12))
}

/** All messages of the recording, as they stand there. */
export function readRecording(path: string): readonly Message[] {
  const budget = new MemoryBudget(1 << 28)
  const reader = new GorReader({ payloadBytesMax: 1 << 24, budget, origin: '' })
  const events = [...reader.push(readFileSync(path)), ...reader.finish()]
  return events.flatMap((event) => (event.kind === 'message' ? [event.message] : []))
}
