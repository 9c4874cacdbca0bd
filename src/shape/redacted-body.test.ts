import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pseudonyms } from './pseudonyms.ts'
import { redactBody, redactParameters } from './redacted-body.ts'
import { parseRedaction } from './redaction-rules.ts'

const pseudonyms = new Pseudonyms(Buffer.alloc(32, 7))

test('a parameter is the same secret however it is encoded', () => {
  const text = 'pin=a%2Bb&pin=a%2bb&p%69n=a%2Bb'
  const pseudonym = pseudonyms.of('a+b')
  assert.equal(
    redactParameters(text, new Set(['pin']), pseudonyms),
    `pin=${pseudonym}&pin=${pseudonym}&p%69n=${pseudonym}`,
  )
})

test('the same secret is the same in a form, in parts and in JSON', () => {
  const { named } = parseRedaction(['form:pin', 'json:$.pin'])
  const secret = Buffer.from('ä').toString('latin1')
  const pseudonym = pseudonyms.of('ä')
  const part = (text: string) =>
    `--x\r\nContent-Disposition: form-data; name=pin\r\n\r\n${text}\r\n--x--`
  for (const [type, before, after] of [
    ['application/x-www-form-urlencoded', 'pin=%C3%A4', `pin=${pseudonym}`],
    ['multipart/form-data; boundary=x', part(secret), part(pseudonym)],
    ['application/json', `{"pin":"${secret}"}`, `{"pin":"${pseudonym}"}`],
    ['application/json', '{"pin":"\\u00e4"}', `{"pin":"${pseudonym}"}`],
  ] as const) {
    assert.equal(redactBody(before, type, named!, pseudonyms), after)
  }
})

test('a form whose parts cannot be told is not given', () => {
  const { named } = parseRedaction(['form:pin'])
  assert.equal(redactBody('pin', 'multipart/form-data', named!, pseudonyms), null)
})
