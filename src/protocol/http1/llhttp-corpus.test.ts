// The cases of llhttp's own tests (../shared/corpora/llhttp, or $REHEARSAL_CORPORA): where does each
// message end, and which are refused?
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createFramer } from '../../../test/support/check-framer.ts'

const corpora =
  process.env.REHEARSAL_CORPORA ?? join(import.meta.dirname, '../../../../shared/corpora')

/** The differences that are meant: why, and for which cases llhttp's outcome and ours. */
const differences: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Any token is a method (RFC 9110, section 9.1).': {
    'request/invalid: HTTP protocol and ANNOUNCE method': 'refused -> ends at 59',
    'request/invalid: Invalid method': 'refused -> ends at 21',
    'request/method: PRI request HTTP2': 'refused -> ends at 18, refused',
  },
  'A bare line feed ends a line (RFC 9112, section 2.2).': {
    'request/invalid: Empty headers separated by LF': 'refused -> ',
    'request/invalid: Headers separated by LF': 'refused -> ',
    'request/invalid: Missing CR between headers': 'refused -> ends at 87, ends at 127',
    'request/invalid: Only LFs present': 'refused -> ends at 117, refused',
    'request/lenient-header-value-relaxed: LF in header value should be rejected even with relaxed flag-lenient-header-value-relaxed':
      'refused -> ',
    'response/invalid: Only LFs present and no body': 'refused -> ends at 35',
    'response/invalid: Only LFs present': 'refused -> ',
    'response/sample: No carriage ret': 'refused -> ',
  },
  'An empty line ends the trailers even after a bare line feed; llhttp reads on.': {
    'request/invalid: Only LFs present (lenient)-lenient-all':
      'ends at 127 -> ends at 117, refused',
  },
  'A folded field is accepted (RFC 9112, section 5.2), but for lengths and codings.': {
    'request/invalid: Spaces before headers': 'refused -> ends at 72, ends at 110',
    'request/sample: Line folding in header value with LF': 'refused -> ends at 119',
    'response/transfer-encoding: Invalid OBS fold after chunked value-lenient-headers':
      ' -> refused',
  },
  'A line is judged when it is whole, and this input ends before.': {
    'request/content-length: Missing CRLF-CRLF before body': 'refused -> ',
    'request/content-length: Missing CRLF-CRLF before body (lenient)-lenient-optional-lf-after-cr':
      'ends at 42 -> ',
    'request/invalid: Invalid HTTP version': 'refused -> ',
    'request/invalid: Invalid space after start line': 'refused -> ',
    'response/invalid: Invalid space after start line': 'refused -> ',
  },
  'Octets in targets and values do not matter for framing, and production has judged them.': {
    'request/lenient-header-value-relaxed: Control char in header value (strict)':
      'refused -> ends at 43',
    'request/lenient-headers: Header value': 'refused -> ends at 33',
    'request/uri: Disallow UTF-8 in URI path in strict mode': 'refused -> ends at 58',
  },
  'Blanks may follow a chunk size (RFC 9112, section 7.1.1).': {
    'request/transfer-encoding: Space after chunk header': 'refused -> ends at 70',
    'response/transfer-encoding: Trailing space on chunked body': 'refused -> ends at 159',
  },
  'What follows a message that asks to close is looked at like anything else.': {
    'request/connection: CRLF between requests, explicit `close`':
      'ends at 133, refused -> ends at 133',
    'request/connection: CRLF between requests, explicit `close` followed by tab':
      'ends at 134, refused -> ends at 134',
    'request/connection: No restart when keep-alive is off (1.0)':
      'ends at 21, refused -> ends at 21, ends at 42',
    'response/connection: HTTP/1.1 with keep-alive disabled and 204 status':
      'ends at 46, refused -> ends at 46',
    'response/connection: HTTP/1.1 with keep-alive disabled, content-length (lenient)-lenient-data-after-close':
      'ends at 70 -> ends at 70, refused',
  },
  'An interim response is no message of its own.': {
    'response/connection: HTTP 100 first, then 400': 'ends at 25, ends at 207 -> ends at 207',
    'response/connection: HTTP 103 first, then 200': 'ends at 72 -> ',
  },
  'A length counts for CONNECT, too (RFC 9112, section 6.3).': {
    'request/method: CONNECT with body': 'ends at 127 -> ends at 137',
  },
  'The test tells llhttp that a request has no body, whatever its length.': {
    'request/content-length: Content-Length reset when no body is received':
      'ends at 42, ends at 85 -> ',
  },
  'Only HTTP/1.0 and later 1.x are HTTP/1; not 0.9, RTSP or ICE.': {
    'request/lenient-version: Invalid HTTP version (lenient)-lenient-version':
      'ends at 18 -> refused',
    'request/method: ANNOUNCE request with RTSP': 'ends at 59 -> refused',
    'request/method: OPTIONS request with RTSP': 'ends at 58 -> refused',
    'request/method: SOURCE request with ICE': 'ends at 56 -> refused',
    'request/sample: No HTTP version': 'ends at 9 -> refused',
    'response/lenient-version: Invalid HTTP version (lenient)-lenient-version': ' -> refused',
    'response/sample: HTTP version 0.9': ' -> refused',
    'response/sample: ICE response': ' -> refused',
    'response/sample: RTSP response': ' -> refused',
  },
  'There is no lenient mode: what could smuggle a request is always refused.': {
    'request/connection: Invalid whitespace token with `Connection` header field (lenient)-lenient-headers':
      'ends at 79 -> refused',
    'request/content-length: Invalid whitespace token with `Content-Length` header field (lenient)-lenient-headers':
      'ends at 79 -> refused',
    'request/content-length: No error on simultaneous `Content-Length` and `Transfer-Encoding: identity` (lenient)-lenient-chunked-length':
      ' -> refused',
    'request/invalid: Headers separated by dummy characters (lenient)-lenient-optional-lf-after-cr':
      'ends at 45, refused -> refused',
    'request/lenient-headers: Empty headers separated by CR (lenient)-lenient-headers':
      ' -> refused',
    'request/sample: No LF after CR (lenient)-lenient-optional-lf-after-cr': ' -> refused',
    'request/transfer-encoding: Chunk data not terminated by CRLF (lenient)-lenient-optional-crlf-after-chunk':
      ' -> refused',
    'request/transfer-encoding: Chunk header not terminated by CRLF (lenient)-lenient-optional-lf-after-cr':
      'ends at 148 -> refused',
    'request/transfer-encoding: POST with `Transfer-Encoding` and `Content-Length` (lenient)-lenient-chunked-length':
      ' -> refused',
    'request/transfer-encoding: POST with `chunked` and duplicate transfer-encoding (lenient)-lenient-transfer-encoding':
      ' -> refused',
    'request/transfer-encoding: POST with `chunked` before other transfer-coding (lenient)-lenient-transfer-encoding':
      ' -> refused',
    'response/invalid: Bare CR after response line (lenient)-lenient-optional-lf-after-cr':
      'ends at 37 -> refused',
  },
}

interface Case {
  readonly name: string
  readonly side: 'request' | 'response'
  readonly finishes: boolean
  readonly skipsBody: boolean
  readonly input: Buffer
  readonly log: string
}

function readCases(file: string, side: 'request' | 'response'): Case[] {
  const cases: Case[] = []
  const text = readFileSync(join(corpora, 'llhttp', side, file), 'utf8')
  const pattern =
    /^#+ (.*)$|<!-- meta=(.*) -->|```http\n([\s\S]*?)```[\s\S]*?```log\n([\s\S]*?)```/gm
  let title = ''
  let meta = ''
  for (const match of text.matchAll(pattern)) {
    if (match[1] !== undefined) title = match[1]
    if (match[2] !== undefined) meta = match[2]
    if (match[3] === undefined || match[4] === undefined) continue
    const { type = side, skipBody = false } = JSON.parse(meta) as {
      type?: string
      skipBody?: boolean
    }
    const mode = type.replace(side, '')
    cases.push({
      name: `${side}/${file.replace('.md', '')}: ${title}${mode}`,
      side,
      finishes: mode === '-finish',
      skipsBody: skipBody,
      input: decodeInput(match[3]),
      log: match[4],
    })
  }
  return cases
}

/** The notation of llhttp's test files. */
function decodeInput(text: string): Buffer {
  const controls: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', f: '\f' }
  const decoded = text
    .replace(/\n$/, '')
    .replace(/\\\n/g, '')
    .replace(/\n/g, '\r\n')
    .replace(/\\([rntf])/g, (_, letter: string) => controls[letter] ?? '')
    .replace(/\\x([0-9a-fA-F]+)/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)))
    .replace(/\\([0-7]{1,3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
  return Buffer.from(decoded, 'utf8')
}

/** What llhttp saw: the ends of messages, and a refusal. */
function readLog(log: string): string {
  const outcome: string[] = []
  for (const line of log.split('\n')) {
    const end = /^off=(\d+) message complete/.exec(line)
    if (end !== null) outcome.push(`ends at ${end[1]}`)
    // 21 is a pause that the test asked for, 22 the one after CONNECT and Upgrade.
    const error = /error code=(\d+)/.exec(line)?.[1]
    if (error !== undefined && error !== '21' && error !== '22') outcome.push('refused')
    if (line === 'off=NULL finish=1') outcome.push('ends with its side')
    if (line === 'off=NULL finish=2') outcome.push('refused')
  }
  return outcome.join(', ')
}

/** What the framer sees in the same words. */
function frame({ side, input, finishes, skipsBody }: Case): string {
  const methods = skipsBody ? ['HEAD', 'HEAD'] : []
  const { framer } = createFramer({ side, methods })
  const events = [...framer.push(input, 0), ...(finishes ? framer.finish(0) : [])]
  const outcome = events.map((event) => {
    if (event.kind !== 'message') return event.kind === 'lost' ? 'refused' : ''
    if (event.head.framing === 'until-close') return 'ends with its side'
    return `ends at ${event.payload.byteOffset - input.byteOffset + event.payload.length}`
  })
  return outcome.filter((text) => text !== '').join(', ')
}

test('messages end where llhttp sees them end, but for the differences that are meant', (context) => {
  if (!existsSync(join(corpora, 'llhttp'))) {
    context.diagnostic(`${corpora} is not there: nothing was compared`)
    return
  }
  const sides = ['request', 'response'] as const
  const cases = sides.flatMap((side) =>
    globSync('*.md', { cwd: join(corpora, 'llhttp', side) })
      .sort()
      .flatMap((file) => readCases(file, side)),
  )
  const found: Record<string, string> = {}
  for (const each of cases) {
    const expected = readLog(each.log)
    const actual = frame(each)
    if (actual !== expected) found[each.name] = `${expected} -> ${actual}`
  }
  assert.equal(cases.length, 251)
  assert.deepEqual(found, Object.assign({}, ...Object.values(differences)))
})
