import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { Outcome } from '../model/outcome.ts'
import { OutcomeFeed } from './outcome-feed.ts'

test('every listener hears every outcome that comes after it asked', () => {
  const feed = new OutcomeFeed()
  const outcome: Outcome = {
    kind: 'failed',
    request: createRequest({}),
    target: 'http://a',
    reason: 'timeout',
  }
  feed.tell(outcome)
  const heard: Outcome[][] = [[], []]
  for (const list of heard) feed.subscribe((told) => list.push(told))
  feed.tell(outcome)
  assert.deepEqual(heard, [[outcome], [outcome]])
})

test('what targets say behind an upgrade is no outcome, and is heard apart from them', () => {
  const feed = new OutcomeFeed()
  const heard: unknown[] = []
  feed.subscribe((outcome) => heard.push(outcome))
  feed.subscribeTunnels((message) => heard.push(message.kind))
  feed.tellTunnel(createRequest({ kind: 'replayed', raw: true }))
  assert.deepEqual(heard, ['replayed'])
})
