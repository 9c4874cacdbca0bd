import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FeatureSource, readFeatures } from './request-features.ts'

const nothing: FeatureSource = {
  target: '/',
  headers: [],
  contentType: '',
  body: null,
  answer: null,
  status: null,
}

function checkFeatures(source: Partial<FeatureSource>, expected: readonly string[]): void {
  assert.deepEqual(readFeatures({ ...nothing, ...source }), expected)
}

test('parameters, fields and words of bodies are features', () => {
  checkFeatures({ target: '/search?currency=JPY&page=2' }, ['query.currency=JPY', 'query.page=2'])
  checkFeatures({ status: 404 }, ['status=404'])
  checkFeatures({ headers: [['x-tenant', 'acme']] }, ['header.x-tenant=acme'])
  checkFeatures(
    { contentType: 'application/json', body: '{"ship":{"country":"DE"},"gift":true,"n":[7]}' },
    ['body.ship.country=DE', 'body.gift=true', 'body.n=7'],
  )
  checkFeatures({ contentType: 'application/x-www-form-urlencoded', body: 'plan=pro' }, [
    'body.plan=pro',
  ])
  checkFeatures({ answer: '{"items":[{"state":"sold"},{"state":"sold"}]}' }, [
    'answer.items.state=sold',
  ])
})

test('what is special about a value, and that a field was sent, is a feature', () => {
  checkFeatures({ target: '/search?q=&name=J%C3%B6rg%207' }, [
    'query.q=(empty)',
    'query.name=(not ASCII)',
  ])
  const headers = [
    ['if-none-match', '"5f3a"'],
    ['range', 'bytes=0-9'],
  ] as const
  checkFeatures({ headers }, ['header.if-none-match=(sent)', 'header.range=(sent)'])
  checkFeatures({ answer: '{"name":"Jörg Müller","note":""}' }, ['answer.name=Jörg Müller'])
})

test('what is of one client or one request is none', () => {
  checkFeatures(
    {
      target: '/?id=5f3a9c01d2&n=12345&text=a,b',
      headers: [
        ['x-correlation-id', 'a-b'],
        ['user-agent', 'curl'],
        ['x-request-id', 'abc'],
      ],
    },
    [],
  )
})

test('bodies that are malformed, deep or long give what can be read, and no error', () => {
  checkFeatures({ contentType: 'application/json', body: '{"a":' }, [])
  checkFeatures({ contentType: 'application/json', body: '{"a":{"b":{"c":{"d":"e"}}}}' }, [])
  checkFeatures({ contentType: 'application/json', body: `"${'a'.repeat(70_000)}"` }, [])
  const many = JSON.stringify(
    Object.fromEntries(Array.from({ length: 99 }, (_, n) => [`k${n}`, n])),
  )
  assert.equal(readFeatures({ ...nothing, answer: many }).length, 48)
})
