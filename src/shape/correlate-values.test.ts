import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  classifyName,
  detach,
  isAddress,
  isIdentifier,
  isInteger,
  isOpaque,
  isSecret,
  isSubstitute,
  toKind,
} from './correlate-values.ts'

const opaque = [
  'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  '9f8e7d6c5b4a39281706',
  'a1b2c3',
  '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  's%3Aq9W8e7R6t5.Zx9Cv8Bn7',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxNyJ9.q1w2e3r4t5y6u7i8',
  'dGhpc0lzQVNlY3JldFZhbHVl',
  '507f1f77bcf86cd799439011',
]

const plain = [
  '',
  'true',
  'a1b2',
  'confirmation',
  'Rindfleischetikettierung',
  'pending-payment',
  'iphone-15-pro',
  '2026-01-02T03:04:05.123Z',
  '20260102T030405Z',
  '1920x1080',
  '10.0.3.100',
  '1234567890',
  '12.50',
  'user17@example.com',
  '/orders/a1b2c3d4',
  'https://cdn/a1b2c3d4.png',
  'two a1b2c3d4 words',
  'Thu, 01 Jan 2026 00:00:00 GMT',
]

test('random values are told from words, dates, numbers and addresses', () => {
  assert.deepEqual([...opaque, ...plain].filter(isOpaque), opaque)
})

test('an id needs a digit, a secret needs length or changes of case', () => {
  const values = [
    'ord_1007',
    'A-1007',
    'a1',
    'shipped',
    'xKqPzWrT',
    'ecacbabe',
    'x'.repeat(9_000),
    'a b 1234',
  ]
  assert.deepEqual(values.filter(isIdentifier), ['ord_1007', 'A-1007'])
  assert.deepEqual(values.filter(isSecret), ['ord_1007', 'A-1007', 'xKqPzWrT', 'ecacbabe'])
})

test('a secret of base64 may begin with a slash, and a path is none', () => {
  const values = [
    '/26jowRvqEWihPwH',
    '/a+b/c1d2e3f4g5h6==',
    '/account/settings',
    '/orders/1007?a=1',
  ]
  assert.deepEqual(values.filter(isSecret), ['/26jowRvqEWihPwH', '/a+b/c1d2e3f4g5h6=='])
})

test('integers have at most twelve digits', () => {
  assert.deepEqual(['7', '007', '123456789012', '1234567890123', '', '-7', '1.0'].map(isInteger), [
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ])
})

const names: readonly (readonly [string, string])[] = [
  ['id', 'id of '],
  ['orderId', 'id of order'],
  ['order_ids', 'id of order'],
  ['X-Order-ID', 'id of order'],
  ['parentCategoryId', 'id of category'],
  ['orderid', 'id of order'],
  ['addressesId', 'id of address'],
  ['sku', 'id of '],
  ['invoiceNumber', 'id of invoice'],
  ['csrfToken', 'token'],
  ['__RequestVerificationToken', 'token'],
  ['_wpnonce', 'token'],
  ['PHPSESSID', 'token'],
  ['connect.sid', 'token'],
  ['paid', 'nothing'],
  ['valid', 'nothing'],
  ['grid', 'nothing'],
  ['session', 'token'],
  ['assessment', 'nothing'],
  ['total', 'nothing'],
  ['width', 'nothing'],
  ['name', 'nothing'],
  ['', 'nothing'],
  ['i'.repeat(99), 'nothing'],
]

test('names say what an id is of, and which values are tokens', () => {
  const said = names.map(([name]) => {
    const { isId, isToken, kind } = classifyName(name)
    return [name, isToken ? 'token' : isId ? `id of ${kind}` : 'nothing']
  })
  assert.deepEqual(said, names)
})

test('collections name the kind of their members', () => {
  assert.deepEqual(['orders', 'line-items', 'categories', 'boxes', 'status'].map(toKind), [
    'order',
    'item',
    'category',
    'box',
    'status',
  ])
})

test('what could break a header, a cookie or a path is no substitute', () => {
  const values = ['a1b2', 'a/b+c=', 'a\r\nb', 'a;b', 'a b', '"a"', '', 'ä', 'x'.repeat(9_000)]
  assert.deepEqual(values.filter(isSubstitute), ['a1b2', 'a/b+c='])
})

test('URLs and paths are addresses', () => {
  assert.deepEqual(['/a', 'http://a', 'https://a', 'a/b'].map(isAddress), [true, true, true, false])
})

test('a detached text is the same text', () => {
  assert.equal(detach('a1b2c3d4e5f6g7h8'), 'a1b2c3d4e5f6g7h8')
})
