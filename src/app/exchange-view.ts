// A stored exchange as the console shows it: heads, decoded bodies, and all answers line by line.
import type { AnswerHead } from '../compare/answer-head.ts'
import { CanonicalAnswer } from '../compare/canonical-answer.ts'
import { isSafe, readRequestLine } from '../compare/request-line.ts'
import { laySideBySide } from '../compare/side-by-side.ts'
import { decodeText } from '../compare/text-decoder.ts'
import type { ByRole, Role } from '../model/comparison.ts'
import type { AnswerView, ExchangeView, MessageView } from '../model/console.ts'
import type { StoredExchange } from '../model/run-store.ts'
import { writeCurl } from '../report/curl.ts'

/** What is decoded of a body; a larger one is shown by its length alone. */
const bodyBytesMax = 4 * 1024 * 1024
/** Characters of a body that are shown. */
const bodyLengthMax = 200_000
const rowsMax = 5_000
const fieldsMax = 200

/** `target` is the candidate's address, for the command that repeats the request; if known. */
export function viewExchange(stored: StoredExchange, target: string | null): ExchangeView {
  const { comparison, request } = stored
  const line = readRequestLine(request)
  const roles = Object.keys(stored.answers) as Role[]
  const canonical: Partial<Record<Role, CanonicalAnswer>> = {}
  const answers: Partial<Record<Role, AnswerView>> = {}
  for (const role of roles) {
    const { bytes, failure, latency } = stored.answers[role]!
    const read = bytes === null ? null : new CanonicalAnswer(bytes, line.method, bodyBytesMax)
    if (read !== null) canonical[role] = read
    answers[role] = {
      summary: comparison.answers[role] ?? { status: null, failure, latency, bodyBytes: 0 },
      message: read === null ? null : viewMessage(read),
    }
  }
  const sides = laySideBySide(
    canonical as ByRole<CanonicalAnswer>,
    comparison.attributions,
    rowsMax,
  )
  return {
    id: stored.exchange,
    endpoint: stored.endpoint,
    at: stored.at,
    mode: comparison.mode,
    label: comparison.label,
    weight: comparison.weight,
    request: viewRequest(request),
    answers,
    attributions: comparison.attributions,
    omitted: comparison.omitted,
    rows: sides.rows,
    rowsOmitted: sides.omitted,
    curl: writeCurl(request, target),
    safe: isSafe(line.method),
  }
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
