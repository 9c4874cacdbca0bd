import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DriftSummary } from '../model/verdict.ts'
import { entityKind, formatDrift, formatDriftCsv } from './drift-text.ts'

const drift: DriftSummary = {
  exchanges: 3,
  entities: [
    {
      endpoint: 'GET /orders',
      path: '$.items[*].price',
      exchanges: 3,
      samples: [
        { target: '/orders?a=1', at: '$.items[id=7].price', production: '=1+1', staging: null },
        { target: '/orders', at: '$.items[*].price', production: 'a,"b"\n', staging: '-5' },
      ],
    },
  ],
}

test('a place is of the array that holds it, or of what the endpoint names', () => {
  const kinds = [
    ['GET /orders/{id}', '$.lines[*].price', 'lines'],
    ['GET /orders/{id}', '$.items[*].price', 'orders'],
    ['GET /users/{id}', '$.name', 'users'],
  ] as const
  for (const [endpoint, path, kind] of kinds) {
    assert.equal(entityKind({ endpoint, path }), kind)
  }
})

test('drift is listed by kind, with what each had', () => {
  assert.equal(
    formatDrift(drift),
    [
      '3 exchanges or more with other data than production; to seed again:',
      '',
      'orders',
      '  3 × GET /orders $.items[*].price',
      '      /orders?a=1 $.items[id=7].price: production has =1+1, here absent',
      '      /orders: production has a,"b" , here -5',
      '',
    ].join('\n'),
  )
  assert.match(formatDrift({ exchanges: 0, entities: [] }), /the same data/)
})

test('a header is nothing that could be seeded', () => {
  const [entity] = drift.entities
  const entities = [{ ...entity!, path: 'header.date' }]
  assert.match(formatDrift({ exchanges: 3, entities }), /the same data/)
  assert.equal(formatDriftCsv({ exchanges: 3, entities }).split('\r\n').length, 2)
})

test('a spreadsheet reads the list, and takes nothing in it for a formula', () => {
  assert.equal(
    formatDriftCsv(drift),
    'entity,endpoint,path,target,at,production,staging\r\n' +
      "orders,GET /orders,$.items[*].price,/orders?a=1,$.items[id=7].price,'=1+1,\r\n" +
      'orders,GET /orders,$.items[*].price,/orders,$.items[*].price,"a,""b""\n",-5\r\n',
  )
})
