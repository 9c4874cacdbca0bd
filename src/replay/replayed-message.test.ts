import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { createReplayed } from './replayed-message.ts'

test('an answer belongs to its request, and says when it was sent and how long it took', () => {
  const request = createRequest({ connection: 3, sequence: 4, at: 1, due: 5, copy: 2 })
  const bytes = Buffer.from('answer')
  const replayed = createReplayed(request, 'http://t', { sentAt: 10, endedAt: 25 }, bytes)
  bytes.fill(0)
  const { id, connection, sequence } = request
  assert.deepEqual(replayed, {
    ...{ kind: 'replayed', id, connection, sequence, at: 10, duration: 15, target: 'http://t' },
    ...{ copy: 2, payload: Buffer.from('answer') },
  })
})
