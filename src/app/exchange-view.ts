// A stored exchange as the console shows it: heads, decoded bodies, and all answers line by line.
import type { AnswerHead } from '../compare/answer-head.ts'
import { CanonicalAnswer } from '../compare/canonical-answer.ts'
import { isSafe, readRequestLine } from '../compare/request-line.ts'
import { laySideBySide } from '../compare/side-by-side.ts'
import { decodeText } from '../compare/text-decoder.ts'
import type { AnswerSummary, Role } from '../model/comparison.ts'
import type { AnswerColumn, AnswerView, ExchangeView, MessageView } from '../model/console.ts'
import type { StoredAnswer, StoredExchange } from '../model/run-store.ts'
import { writeCurl } from '../report/curl.ts'
import { findMasked } from './masked-values.ts'

/** What is decoded of a body; a larger one is shown by its length alone. */
const bodyBytesMax = 4 * 1024 * 1024
/** Characters of a body that are shown. */
const bodyLengthMax = 200_000
const rowsMax = 5_000
const fieldsMax = 200

export type AskedRole = 'baseline' | 'candidate'

/** What came of asking again. */
export type AskedAgain = Pick<StoredExchange, 'answers' | 'comparison'>

/**
 * `target` is the candidate's address, for the command that repeats the request; if known. What
 * `again` holds stands beside what is stored, and says how the exchange is labelled.
 */
export function viewExchange(
  stored: StoredExchange,
  target: string | null,
  again: AskedAgain | null = null,
): ExchangeView {
  const { comparison, request } = stored
  const line = readRequestLine(request)
  const canonical: Partial<Record<AnswerColumn, CanonicalAnswer>> = {}
  const answers: Partial<Record<AnswerColumn, AnswerView>> = {}
  for (const { column, answer, summary } of listColumns(stored, again)) {
    const { bytes, failure, latency } = answer
    const read = bytes === null ? null : new CanonicalAnswer(bytes, line.method, bodyBytesMax)
    if (read !== null) canonical[column] = read
    answers[column] = {
      summary: summary ?? { status: null, failure, latency, bodyBytes: 0 },
      message: read === null ? null : viewMessage(read),
    }
  }
  const attributions = [...(again?.comparison.attributions ?? []), ...comparison.attributions]
  const sides = laySideBySide(canonical, attributions, rowsMax)
  const { mode, label, weight, omitted } = again?.comparison ?? comparison
  const requested = viewRequest(request)
  return {
    id: stored.exchange,
    endpoint: stored.endpoint,
    at: stored.at,
    ...{ mode, label, weight, omitted },
    request: requested,
    answers,
    attributions,
    rows: sides.rows,
    rowsOmitted: sides.omitted,
    curl: writeCurl(request, target),
    masked: findMasked(requested),
    safe: isSafe(line.method),
  }
}

interface Column {
  readonly column: AnswerColumn
  readonly answer: StoredAnswer
  readonly summary: AnswerSummary | undefined
}

function listColumns(stored: StoredExchange, again: AskedAgain | null): readonly Column[] {
  const list = ({ answers, comparison }: AskedAgain, columnOf: (role: Role) => AnswerColumn) =>
    (Object.keys(answers) as Role[]).map((role) => ({
      column: columnOf(role),
      answer: answers[role]!,
      summary: comparison.answers[role],
    }))
  return [
    ...list(stored, (role) => role),
    ...(again === null ? [] : list(again, (role) => `${role as AskedRole}-now`)),
  ]
}

/** A request is decoded as an answer with the same fields is. */
function viewRequest(request: Uint8Array): MessageView {
  const bytes = Buffer.from(request.buffer, request.byteOffset, request.byteLength)
  const lineEnd = bytes.indexOf('\n')
  const line = lineEnd < 0 ? bytes : bytes.subarray(0, lineEnd)
  const rest = lineEnd < 0 ? Buffer.alloc(0) : bytes.subarray(lineEnd + 1)
  const answer = Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n'), rest])
  const view = viewMessage(new CanonicalAnswer(answer, 'GET', bodyBytesMax))
  return { ...view, startLine: line.toString('latin1').trimEnd() }
}

function viewMessage(answer: CanonicalAnswer): MessageView {
  const { head, payload } = answer
  if (head === null) {
    return { startLine: '', fields: [], body: null, bodyBytes: payload.length, cut: false }
  }
  const { bytes } = answer.decoded()
  const isText = answer.body().format !== 'binary'
  const text = isText ? decodeText(bytes, charsetOf(head)).text : null
  const lineEnd = payload.indexOf(0x0a)
  return {
    startLine: Buffer.from(payload.subarray(0, lineEnd)).toString('latin1').trimEnd(),
    fields: fieldsOf(head),
    body: text === null ? null : text.slice(0, bodyLengthMax),
    bodyBytes: bytes.length,
    cut: text !== null && text.length > bodyLengthMax,
  }
}

function fieldsOf(head: AnswerHead): readonly (readonly [string, string])[] {
  return [...head.fields]
    .flatMap(([name, values]) => values.split('\n').map((value) => [name, value] as const))
    .slice(0, fieldsMax)
}

function charsetOf(head: AnswerHead): string | undefined {
  return /charset="?([^;"\s]+)/i.exec(head.fields.get('content-type') ?? '')?.[1]
}
