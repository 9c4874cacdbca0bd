// The cases of llhttp's own tests (../shared/corpora/llhttp, or $REHEARSAL_CORPORA): where does
// each message end, and which are refused?
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
    'request/invalid 4: HTTP protocol and ANNOUNCE method': 'refused -> ends at 59',
    'request/invalid 14: Invalid method': 'refused -> ends at 21',
    'request/method 15: PRI request HTTP2': 'refused -> ends at 18, refused',
  },
  'A bare line feed ends a line (RFC 9112, section 2.2).': {
    'request/invalid 10: Empty headers separated by LF': 'refused -> ',
    'request/invalid 6: Headers separated by LF': 'refused -> ',
    'request/invalid 18: Missing CR between headers': 'refused -> ends at 87, ends at 127',
    'request/invalid 21: Only LFs present': 'refused -> ends at 117, refused',
    'request/lenient-header-value-relaxed 3: LF in header value should be rejected even w':
      'refused -> ',
    'response/invalid 16: Only LFs present and no body': 'refused -> ends at 35',
    'response/invalid 18: Only LFs present': 'refused -> ',
    'response/sample 11: No carriage ret': 'refused -> ',
  },
  'An empty line ends the trailers even after a bare line feed; llhttp reads on.': {
    'request/invalid 22: Only LFs present (lenient)': 'ends at 127 -> ends at 117, refused',
  },
  'A folded field is accepted (RFC 9112, section 5.2), but for lengths and codings.': {
    'request/invalid 23: Spaces before headers': 'refused -> ends at 72, ends at 110',
    'request/sample 12: Line folding in header value with LF': 'refused -> ends at 119',
    'response/transfer-encoding 10: Invalid OBS fold after chunked value': ' -> refused',
  },
  'A line is judged when it is whole, and this input ends before.': {
    'request/content-length 17: Missing CRLF-CRLF before body': 'refused -> ',
    'request/content-length 18: Missing CRLF-CRLF before body (lenient)': 'ends at 42 -> ',
    'request/invalid 19: Invalid HTTP version': 'refused -> ',
    'request/invalid 20: Invalid space after start line': 'refused -> ',
    'response/invalid 12: Invalid space after start line': 'refused -> ',
  },
  'Octets in targets and values do not matter for framing, and production has judged them.': {
    'request/lenient-header-value-relaxed 2: Control char in header value (strict)':
      'refused -> ends at 43',
    'request/lenient-headers 3: Header value': 'refused -> ends at 33',
    'request/uri 7: Disallow UTF-8 in URI path in strict mode': 'refused -> ends at 58',
  },
  'Blanks may follow a chunk size (RFC 9112, section 7.1.1).': {
    'request/transfer-encoding 30: Space after chunk header': 'refused -> ends at 70',
    'response/transfer-encoding 1: Trailing space on chunked body': 'refused -> ends at 159',
  },
  'What follows a message that asks to close is looked at like anything else.': {
    'request/connection 9: CRLF between requests, explicit `close`':
      'ends at 133, refused -> ends at 133',
    'request/connection 10: CRLF between requests, explicit `close` foll':
      'ends at 134, refused -> ends at 134',
    'request/connection 3: No restart when keep-alive is off (1.0)':
      'ends at 21, refused -> ends at 21, ends at 42',
    'response/connection 6: HTTP/1.1 with keep-alive disabled and 204 st':
      'ends at 46, refused -> ends at 46',
    'response/connection 7: HTTP/1.1 with keep-alive disabled, content-l':
      'ends at 70 -> ends at 70, refused',
  },
  'An interim response is no message of its own.': {
    'response/connection 17: HTTP 100 first, then 400': 'ends at 25, ends at 207 -> ends at 207',
    'response/connection 18: HTTP 103 first, then 200': 'ends at 72 -> ',
  },
  'A length counts for CONNECT, too (RFC 9112, section 6.3).': {
    'request/method 4: CONNECT with body': 'ends at 127 -> ends at 137',
  },
  'The test tells llhttp that a request has no body, whatever its length.': {
    'request/content-length 16: Content-Length reset when no body is receive':
      'ends at 42, ends at 85 -> ',
  },
  'Only HTTP/1.0 and later 1.x are HTTP/1; not 0.9, RTSP or ICE.': {
    'request/lenient-version 1: Invalid HTTP version (lenient)': 'ends at 18 -> refused',
    'request/method 14: ANNOUNCE request with RTSP': 'ends at 59 -> refused',
    'request/method 13: OPTIONS request with RTSP': 'ends at 58 -> refused',
    'request/method 12: SOURCE request with ICE': 'ends at 56 -> refused',
    'request/sample 10: No HTTP version': 'ends at 9 -> refused',
    'response/lenient-version 1: Invalid HTTP version (lenient)': ' -> refused',
    'response/sample 18: HTTP version 0.9': ' -> refused',
    'response/sample 3: ICE response': ' -> refused',
    'response/sample 2: RTSP response': ' -> refused',
  },
  'There is no lenient mode: what could smuggle a request is always refused.': {
    'request/connection 17: Invalid whitespace token with `Connection` h': 'ends at 79 -> refused',
    'request/content-length 7: Invalid whitespace token with `Content-Lengt':
      'ends at 79 -> refused',
    'request/content-length 8: No error on simultaneous `Content-Length` an': ' -> refused',
    'request/invalid 8: Headers separated by dummy characters (lenie':
      'ends at 45, refused -> refused',
    'request/lenient-headers 4: Empty headers separated by CR (lenient)': ' -> refused',
    'request/sample 14: No LF after CR (lenient)': ' -> refused',
    'request/transfer-encoding 29: Chunk data not terminated by CRLF (lenient)': ' -> refused',
    'request/transfer-encoding 27: Chunk header not terminated by CRLF (lenient':
      'ends at 148 -> refused',
    'request/transfer-encoding 14: POST with `Transfer-Encoding` and `Content-L': ' -> refused',
    'request/transfer-encoding 19: POST with `chunked` and duplicate transfer-e': ' -> refused',
    'request/transfer-encoding 18: POST with `chunked` before other transfer-co': ' -> refused',
    'response/invalid 9: Bare CR after response line (lenient)': 'ends at 37 -> refused',
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
    cases.push({
      name: `${side}/${file.replace('.md', '')} ${cases.length + 1}: ${title.slice(0, 44).trim()}`,
      side,
      finishes: type === `${side}-finish`,
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

test('messages end where llhttp sees them end, but for what is meant', (context) => {
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
