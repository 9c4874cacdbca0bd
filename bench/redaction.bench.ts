// What redaction costs for each message: in heads, in a JSON body, and in one that is compressed.
import type { ConnectionId, ExchangeId, Message } from '../src/model/message.ts'
import { encodeContent } from '../src/protocol/http1/content-coding.ts'
import { Pseudonyms } from '../src/shape/pseudonyms.ts'
import { createRedactor } from '../src/shape/redaction.ts'
import { parseRedaction } from '../src/shape/redaction-rules.ts'

const rounds = 40_000

const fields =
  'Host: shop.example\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\nAccept-Language: en\r\n' +
  'Referer: https://shop.example/cart?step=2\r\nX-Request-Id: 7b0f9c2e\r\n'

const json = JSON.stringify({
  cards: Array.from({ length: 20 }, (_, id) => ({ id, name: `card ${id}`, holder: 'Ann' })),
  password: 'correct horse',
})

function compose(parts: { readonly fields?: string; readonly body?: Uint8Array }): Message {
  const { body = new Uint8Array(0) } = parts
  const own = `${parts.fields ?? ''}Content-Length: ${body.length}\r\n`
  const head = `POST /cart?step=3 HTTP/1.1\r\n${fields}${own}\r\n`
  return {
    kind: 'request',
    id: '5f3a9c010000000100000001' as ExchangeId,
    connection: '5f3a9c0100000001' as ConnectionId,
    sequence: 1,
    at: 0,
    duration: 0,
    payload: Buffer.concat([Buffer.from(head), body]),
  }
}

const cookies = 'Cookie: sid=0123456789abcdef; theme=dark\r\nAuthorization: Bearer 0123456789\r\n'
const type = 'Content-Type: application/json\r\n'
const body = Buffer.from(json)

/** With what a message may cost at 20,000 a second on a fifth of a core. */
const cases: readonly (readonly [what: string, rules: string[], Message, microsMax: number])[] = [
  ['defaults, nothing to redact', [], compose({}), 10],
  ['defaults, cookies and credentials', [], compose({ fields: cookies }), 10],
  ['query:step', ['none', 'query:step'], compose({}), 10],
  ['json:$.password, 1 KB', ['none', 'json:$.password'], compose({ fields: type, body }), 30],
  ['json:$.password, not there', ['none', 'json:$.pin'], compose({ fields: type, body }), 10],
  [
    'json:$.password, 1 KB in gzip',
    ['none', 'json:$.password'],
    compose({
      fields: `${type}Content-Encoding: gzip\r\n`,
      body: encodeContent(body, ['gzip']),
    }),
    150,
  ],
]

for (const [what, rules, message, microsMax] of cases) {
  const redact = createRedactor(parseRedaction(rules).stored!, new Pseudonyms(Buffer.alloc(32)))
  for (let round = 0; round < rounds / 10; round++) redact(message)
  const start = performance.now()
  for (let round = 0; round < rounds; round++) redact(message)
  const micros = ((performance.now() - start) * 1_000) / rounds
  console.log(
    `${what.padEnd(36)} ${micros.toFixed(1).padStart(6)} µs each, ` +
      `target ${microsMax} µs: ${micros <= microsMax ? 'met' : 'MISSED'}`,
  )
}
