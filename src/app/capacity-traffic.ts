// From the messages of a recording to the traffic that loads are made of: sessions, endpoints, and
// what the recorded answers were.
import { fnv1a } from '../base/hash.ts'
import { createRecordedTraffic, type RecordedTraffic } from '../capacity/recorded-traffic.ts'
import { isSampled, sampleEvery } from '../capacity/trial-log.ts'
import { CanonicalAnswer } from '../compare/canonical-answer.ts'
import { EndpointLearner } from '../compare/endpoints/endpoint-learner.ts'
import { EndpointNamer } from '../compare/endpoints/endpoint-namer.ts'
import { RouteMatcher } from '../compare/endpoints/route-matcher.ts'
import { SessionFinder } from '../compare/join/session-finder.ts'
import { isSafe, readRequestLine } from '../compare/request-line.ts'
import { signatureOf } from '../compare/signature.ts'
import type { Message } from '../model/message.ts'
import { type AnswerForm, shapesPerSecond } from './load-player.ts'

const endpointsMax = 200
const shapeBytesMax = 256 * 1024

/** Status and shape; the shape is read where `isSampled`, and 0 where it is not known. */
export function readAnswerForm(response: Uint8Array, isSampled: boolean): AnswerForm {
  // `HTTP/1.1 200`, without reading the rest.
  const digit = (index: number) => response[index]! - 48
  const status = digit(9) * 100 + digit(10) * 10 + digit(11)
  const known = status >= 100 && status <= 999 ? status : 0
  if (!isSampled || response.length > shapeBytesMax) return { status: known, shape: 0 }
  const signature = signatureOf(new CanonicalAnswer(response, 'GET', shapeBytesMax))
  return { status: known, shape: signature === '' ? 0 : fnv1a(signature) }
}

/** Takes requests and production's responses, in any order; what is no HTTP request is left out. */
export function buildTraffic(messages: readonly Message[]): RecordedTraffic {
  const sorted = messages.toSorted((a, b) => a.at - b.at)
  const requests = sorted.filter((message) => message.kind === 'request' && isHttp(message))
  const responses = new Map<string, Message>()
  for (const message of sorted) {
    if (message.kind === 'response' && message.raw !== true) responses.set(message.id, message)
  }
  const every = sampleEvery(rateOf(requests), shapesPerSecond)
  const answers = requests.map(({ id }, index) => {
    const response = responses.get(id)
    if (response === undefined) return { status: 0, shape: 0 }
    return readAnswerForm(response.payload, isSampled(index, every))
  })
  const sessions = findSessions(sorted)
  const endpoints = nameEndpoints(requests, answers)
  const facts = new Map(
    requests.map((request, index) => {
      const { method, target } = readRequestLine(request.payload)
      const known = {
        session: sessions.get(request) ?? request.connection,
        endpoint: endpoints[index]!,
        target: `${method} ${target}`,
        unsafe: !isSafe(method),
        ...answers[index]!,
      }
      return [request, known] as const
    }),
  )
  return createRecordedTraffic(requests, (request) => facts.get(request)!)
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
