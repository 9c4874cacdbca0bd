import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type AnswerParts, canonicalAnswer, noon } from '../../test/support/answers.ts'
import { AliasTable } from './alias-table.ts'
import { compareAnswers } from './answer-differences.ts'

interface Case {
  readonly name: string
  readonly from: AnswerParts
  readonly to: AnswerParts
  /** `path kind`, with `(rule)` where one holds. */
  readonly found: readonly string[]
}

const html = (text: string) => ({ headers: { 'Content-Type': 'text/html' }, body: text })
const xml = (text: string) => ({ headers: { 'Content-Type': 'text/xml' }, body: text })
const json = (text: string) => ({ headers: { 'Content-Type': 'application/json' }, body: text })

const cases: readonly Case[] = [
  { name: 'equal answers', from: { body: { a: 1 } }, to: { body: { a: 1 } }, found: [] },
  {
    name: 'another length with the same content',
    from: json('{"a":1}'),
    to: json('{ "a": 1.0 }'),
    found: [],
  },
  {
    name: 'another status of the same kind',
    from: { status: 200, body: { a: 1 } },
    to: { status: 201, body: { a: 2 } },
    found: ['status status', '$.a value'],
  },
  {
    name: 'an error, whose body is another',
    from: { body: { a: 1 } },
    to: { status: 500, body: { error: 'x' } },
    found: ['status status'],
  },
  {
    name: 'a dropped header',
    from: { headers: { 'X-Total-Count': '7' } },
    to: {},
    found: ['header.x-total-count header-missing'],
  },
  {
    name: 'a directive',
    from: { headers: { 'Cache-Control': 'private, max-age=60' } },
    to: { headers: { 'Cache-Control': 'max-age=0' } },
    found: ['header.cache-control.private header-missing', 'header.cache-control.max-age header'],
  },
  {
    name: 'an attribute of a cookie',
    from: { headers: { 'Set-Cookie': ['a=1; HttpOnly', 'b=2'] } },
    to: { headers: { 'Set-Cookie': ['b=2', 'a=1'] } },
    found: ['header.set-cookie.a.httponly header-missing'],
  },
  {
    name: 'the date, and what tells of transport',
    from: { headers: { Date: 'Fri, 02 Jan 2026 12:00:00 GMT', Via: 'a' } },
    to: { headers: { Date: 'Fri, 02 Jan 2026 12:00:05 GMT', Via: 'b' } },
    found: ['header.date header (header)', 'header.via header (header)'],
  },
  {
    name: 'a header of words',
    from: { headers: { 'X-Mode': 'fast' } },
    to: { headers: { 'X-Mode': 'slow' } },
    found: ['header.x-mode header'],
  },
  {
    name: 'the length of a body that is not sent',
    from: { status: 304, headers: { 'Content-Length': '5' } },
    to: { status: 304, headers: { 'Content-Length': '6' } },
    found: ['header.content-length header'],
  },
  {
    name: 'which server a location names',
    from: { headers: { Location: 'http://a/x' } },
    to: { headers: { Location: 'http://b/x' } },
    found: ['header.location.origin header (header)'],
  },
  {
    name: 'where a location leads',
    from: { headers: { Location: 'http://a/x' } },
    to: { headers: { Location: 'http://a/y' } },
    found: ['header.location.target header'],
  },
  {
    name: 'compression',
    from: json('{"a":1}'),
    to: {
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      body: gzipSync('{"a":1}'),
    },
    found: ['body encoding'],
  },
  {
    name: 'a body that is cut in two',
    from: json('{"a":1}'),
    to: json('{"a":'),
    found: ['body malformed'],
  },
  {
    name: 'a body that is no JSON in both',
    from: json('oops 1'),
    to: json('oops 2'),
    found: ['$ value'],
  },
  {
    name: 'fewer bytes than announced',
    from: json('{"a":1}'),
    to: {
      headers: { 'Content-Type': 'application/json', 'Content-Length': '99' },
      body: '{"a":1}',
    },
    found: ['body truncated'],
  },
  {
    name: 'another format',
    from: json('{}'),
    to: html('<p>x'),
    found: ['header.content-type.type header', 'body type'],
  },
  {
    name: 'no body',
    from: { body: { a: 1 } },
    to: { headers: { 'Content-Type': 'application/json' } },
    found: ['$ missing'],
  },
  {
    name: 'an element of a page',
    from: html('<ul><li>a<li>b</ul>'),
    to: html('<ul><li>a</ul>'),
    found: ['$.html.body.ul.li[*] element-missing'],
  },
  {
    name: 'a token in a form of a page',
    from: html('<input name=csrf value=abcd>'),
    to: html('<input name=csrf value=efgh>'),
    found: ["$.html.body['input[csrf]'].@value value (opaque)"],
  },
  {
    name: 'an attribute of an XML element',
    from: xml('<a><b c="1"/></a>'),
    to: xml('<a><b c="2"/></a>'),
    found: ['$.a.b.@c value'],
  },
  {
    name: 'a line of a text',
    from: { headers: { 'Content-Type': 'text/csv' }, body: 'a\nb\nc' },
    to: { headers: { 'Content-Type': 'text/csv' }, body: 'a\nx\nc' },
    found: ['$[*] element-changed'],
  },
  {
    name: 'an image',
    from: { headers: { 'Content-Type': 'image/png' }, body: 'abc' },
    to: { headers: { 'Content-Type': 'image/png' }, body: 'abd' },
    found: ['$ value'],
  },
]

for (const { name, from, to, found } of cases) {
  test(`${name}: ${found.join(', ') || 'nothing'} differs`, () => {
    assert.deepEqual(compare(from, to), found)
  })
}

test('a body above the limit is never equal, and known by its digest', () => {
  const [big, other] = ['x', 'y'].map((letter) => ({ body: letter.repeat(5_000) }))
  assert.deepEqual(compare(big!, big!, 1_000), ['body truncated (hash)'])
  assert.deepEqual(compare(big!, other!, 1_000), ['body truncated'])
})

test('headers that are asked for are compared in full', () => {
  const [from, to] = ['a-1', 'a-2'].map((value) => ({ headers: { 'X-Trace-Id': value } }))
  assert.deepEqual(compare(from!, to!), ['header.x-trace-id header (header)'])
  assert.deepEqual(compare(from!, to!, 1e6, ['x-trace-id']), ['header.x-trace-id header'])
})

test('five megabytes of JSON are compared', () => {
  const items = Array.from({ length: 50_000 }, (_, id) => ({
    id,
    title: `Product number ${id} of all`,
    price: id / 4,
    tags: ['a', 'b'],
  }))
  const changed = items.map((item) => (item.id === 31_000 ? { ...item, price: -1 } : item))
  const answers = [items, changed].map((body) => canonicalAnswer({ body }, 1 << 25))
  assert.ok(answers[0]!.payload.length > 3_500_000)
  const { found } = compareAnswers(answers[0]!, answers[1]!, options([]))
  assert.deepEqual(
    found.map(({ at }) => at),
    ['$[31000].price'],
  )
})

function options(headers: readonly string[]) {
  const context = {
    atFrom: noon,
    atTo: noon,
    sharesData: true,
    aliases: new AliasTable(10),
    resource: '',
    creates: false,
    expected: () => undefined,
    hostFrom: '',
    hostTo: '',
  }
  return { context, isUnordered: () => false, differencesMax: 100, headers: new Set(headers) }
}

function compare(
  from: AnswerParts,
  to: AnswerParts,
  bodyBytesMax = 1e6,
  headers: readonly string[] = [],
): readonly string[] {
  const { found } = compareAnswers(
    canonicalAnswer(from, bodyBytesMax),
    canonicalAnswer(to, bodyBytesMax),
    options(headers),
  )
  return found.map(
    ({ path, kind, rule, holds }) => `${path} ${kind}${rule !== null && holds ? ` (${rule})` : ''}`,
  )
}
