// From the messages of a recording to the traffic that loads are made of: sessions, endpoints, and
// what the recorded answers were.
import { fnv1a } from '../base/hash.ts'
import { isSampled, sampleEvery } from '../capacity/answer-sample.ts'
import {
  createRecordedTraffic,
  type RecordedAnswer,
  type RecordedTraffic,
} from '../capacity/recorded-traffic.ts'
import { CanonicalAnswer } from '../compare/canonical-answer.ts'
import { EndpointLearner } from '../compare/endpoints/endpoint-learner.ts'
import { EndpointNamer } from '../compare/endpoints/endpoint-namer.ts'
import { RouteMatcher } from '../compare/endpoints/route-matcher.ts'
import { SessionFinder } from '../compare/join/session-finder.ts'
import { isSafe, readRequestLine } from '../compare/request-line.ts'
import { signatureOf } from '../compare/signature.ts'
import type { Message } from '../model/message.ts'
import type { Issued } from '../shape/correlate-issued-values.ts'
import { readStatus } from './load-player.ts'
import { findOpenedSessions, type OpenedSessions } from './opened-sessions.ts'

const endpointsMax = 200
const shapeBytesMax = 256 * 1024

export interface TrafficOptions {
  /** Reads what a recorded answer issues, where answers are to be kept; else null. */
  readonly readIssued: ((payload: Uint8Array) => Issued | null) | null
}

/** Of an answer's shape; 0: it is too long to be looked at, or has none. */
export function readShape(response: Uint8Array): number {
  if (response.length > shapeBytesMax) return 0
  const signature = signatureOf(new CanonicalAnswer(response, 'GET', shapeBytesMax))
  return signature === '' ? 0 : fnv1a(signature)
}

/** Takes requests and production's responses, in any order; what is no HTTP request is left out. */
export function buildTraffic(
  messages: readonly Message[],
  { readIssued }: TrafficOptions = { readIssued: null },
): RecordedTraffic {
  const sorted = messages.toSorted((a, b) => a.at - b.at)
  const requests = sorted.filter((message) => message.kind === 'request' && isHttp(message))
  const responses = new Map<string, Message>()
  for (const message of sorted) {
    if (message.kind === 'response' && message.raw !== true) responses.set(message.id, message)
  }
  const forms = readForms(requests, responses)
  const opened = readIssued === null ? null : findOpenedSessions(sorted, responses, readIssued)
  const sessions = opened?.sessions ?? findSessions(sorted)
  const endpoints = nameEndpoints(requests, forms)
  const facts = new Map(
    requests.map((request, index) => {
      const { method, target } = readRequestLine(request.payload)
      const response = responses.get(request.id)
      const known = {
        session: sessions.get(request) ?? request.connection,
        endpoint: endpoints[index]!,
        target: `${method} ${target}`,
        unsafe: !isSafe(method),
        ...forms[index]!,
      }
      if (response === undefined || opened === null) return [request, known] as const
      return [request, { ...known, answer: readAnswer(request, response, opened) }] as const
    }),
  )
  return createRecordedTraffic(requests, (request) => facts.get(request)!)
}

interface AnswerForm {
  readonly status: number
  readonly shape: number
}

/** Of the recorded answers: status, and the shape of those that are looked at. */
function readForms(
  requests: readonly Message[],
  responses: ReadonlyMap<string, Message>,
): readonly AnswerForm[] {
  const every = sampleEvery(rateOf(requests))
  return requests.map(({ id }, index) => {
    const payload = responses.get(id)?.payload
    if (payload === undefined) return { status: 0, shape: 0 }
    return { status: readStatus(payload), shape: isSampled(index, every) ? readShape(payload) : 0 }
  })
}

function readAnswer(
  request: Message,
  { payload, at, duration }: Message,
  { openings }: OpenedSessions,
): RecordedAnswer {
  const after = Math.max(0, at + duration - request.at)
  const opensSession = openings.has(request)
  return { payload, after, opensSession, needs: openings.get(request) ?? null }
}

function isHttp({ raw, payload }: Message): boolean {
  if (raw === true) return false
  const { method, target } = readRequestLine(payload)
  return /^[A-Z]+$/.test(method) && method !== 'CONNECT' && target !== ''
}

function rateOf(requests: readonly Message[]): number {
  const span = (requests.at(-1)?.at ?? 0) - (requests[0]?.at ?? 0)
  return span <= 0 ? 1 : Math.max(1, (requests.length / span) * 1e6)
}

function findSessions(messages: readonly Message[]): Map<Message, string> {
  const finder = new SessionFinder()
  const sessions = new Map<Message, string>()
  for (const message of messages) {
    if (message.raw === true) continue
    if (message.kind === 'response') finder.observe(message)
    else if (message.kind === 'request') sessions.set(message, finder.find(message).session)
  }
  return sessions
}

function nameEndpoints(
  requests: readonly Message[],
  answers: readonly AnswerForm[],
): readonly string[] {
  const learner = new EndpointLearner()
  const lines = requests.map(({ payload }) => {
    const { method, target } = readRequestLine(payload)
    return { method, path: pathOf(target) }
  })
  lines.forEach((line, index) => {
    const { status, shape } = answers[index]!
    learner.observe({ ...line, form: shape === 0 ? '' : `${status} ${shape}` })
  })
  const namer = new EndpointNamer({ matchers: [new RouteMatcher(learner.learn())], endpointsMax })
  return lines.map(({ method, path }) => namer.name(method, path, null))
}

function pathOf(target: string): string {
  const path = target.replace(/^[a-z]+:\/\/[^/]*/i, '').split('?', 1)[0]!
  return path === '' ? '/' : path
}
