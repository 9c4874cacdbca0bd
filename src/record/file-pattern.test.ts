import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { ExchangeId } from '../model/message.ts'
import { expandName, messageTokens, nanosToken, timeTokens } from './file-pattern.ts'

const at = new Date(2026, 0, 2, 3, 4, 5).getTime() * 1_000 + 678_901

test('time is local, and nanoseconds are told from seconds', () => {
  const named = expandName('%Y-%m-%dT%H:%M:%S.%NS', { ...timeTokens(at), ...nanosToken(at) })
  assert.equal(named, '2026-01-02T03:04:05.678901000')
})

test('a token without a value stays, to be filled in later', () => {
  assert.equal(expandName('%Y/%r_%NS.gor', timeTokens(at)), '2026/%r_%NS.gor')
})

test('a message gives its id and type', () => {
  const message = createRequest({ kind: 'response', connection: 1, sequence: 2 })
  assert.equal(expandName('%t-%r', messageTokens(message)), '2-5f3a9c010000000100000002')
})

test('an id from elsewhere cannot lead out of the folder', () => {
  const message = { ...createRequest({}), id: '../../etc/%S' as ExchangeId }
  assert.equal(expandName('log/%r.gor', messageTokens(message)), 'log/______etc__S.gor')
})
