// Looks at answers of loads beside the thread that sends: at their shape, and with the comparison's
// own rules at whether they say what the target said to the same request at 1 ×.
import type { LoadPlan } from '../capacity/load-plan.ts'
import type { RecordedTraffic } from '../capacity/recorded-traffic.ts'
import { answerChanges, type TrialLog } from '../capacity/trial-log.ts'
import { ExchangeComparer } from '../compare/exchange-comparer.ts'
import type { RoleAnswer } from '../model/comparison.ts'
import type { ConnectionId, ExchangeId, Message } from '../model/message.ts'
import { readShape } from './capacity-traffic.ts'
import type { LookedAnswer } from './load-player.ts'

/** Of the answers at 1 ×; to what comes beyond, only the shape is looked at. */
const referenceBytesMax = 64 * 1024 * 1024

type Reference = Pick<LookedAnswer, 'at' | 'payload'>

export class AnswerReader {
  readonly #traffic: RecordedTraffic
  /** By request. */
  #references: ReadonlyMap<number, Reference> = new Map()
  #collected = new Map<number, Reference>()
  #collectedBytes = 0
  /** Of one trial: sessions and ids are others in the next. */
  #comparer = new ExchangeComparer()

  constructor(traffic: RecordedTraffic) {
    this.#traffic = traffic
  }

  /** A trial begins. */
  begin(): void {
    this.#collected = new Map()
    this.#collectedBytes = 0
    this.#comparer = new ExchangeComparer()
  }

  /** Writes into the log what is seen of an answer. */
  look(plan: LoadPlan, log: TrialLog, { event, at, payload }: LookedAnswer): void {
    const request = plan.request[event]!
    const shape = readShape(payload)
    log.shape[event] = shape
    if (shape === 0) return
    const reference = this.#references.get(request)
    if (reference !== undefined) {
      const isSame = this.#saysTheSame(request, reference, { at, payload })
      log.change[event] = isSame ? answerChanges.same : answerChanges.changed
    } else this.#collect(request, { at, payload })
  }

  /** Holds later answers against those of the trial that was just played. */
  learn(): void {
    this.#references = this.#collected
  }

  #collect(request: number, reference: Reference): void {
    if (this.#references.size > 0 || this.#collected.has(request)) return
    this.#collectedBytes += reference.payload.length
    if (this.#collectedBytes <= referenceBytesMax) this.#collected.set(request, reference)
  }

  #saysTheSame(index: number, before: Reference, now: Reference): boolean {
    const { start, length, bytes, session, endpoint, endpoints } = this.#traffic
    const payload = bytes.subarray(start[index]!, start[index]! + length[index]!)
    const request = createMessage('request', index, { at: before.at, payload })
    const answered = (answer: Reference): RoleAnswer => ({
      kind: 'answered',
      response: createMessage('replayed', index, answer),
    })
    const { attributions } = this.#comparer.compare({
      request,
      answers: { baseline: answered(before), candidate: answered(now) },
      session: String(session[index]),
      endpoint: endpoints[endpoint[index]!]!,
    })
    return attributions.every(({ weight }) => weight !== 'fail' && weight !== 'check')
  }
}

function createMessage(
  kind: 'request' | 'replayed',
  index: number,
  { at, payload }: Reference,
): Message {
  const [id, connection] = [`${index}` as ExchangeId, '0' as ConnectionId]
  return { kind, id, connection, sequence: 0, at, duration: 0, payload }
}
