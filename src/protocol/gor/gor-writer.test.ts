import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../../test/support/messages.ts'
import { formatGorMeta } from './gor-meta.ts'
import { gorRecordBytes, putGorRecord, writeGorRecord } from './gor-writer.ts'

const message = createRequest({ at: 5, payload: 'GET / HTTP/1.1\r\n\r\n\x00\xff' })

test('a record is its line, the payload as it is, and the separator', () => {
  const separator = Buffer.from('0af09f90b5f09f9988f09f99890a', 'hex')
  const line = '1 5f3a9c010000000000000000 5000 0 len=20 conn=5f3a9c0100000000 seq=0\n'
  const expected = Buffer.concat([Buffer.from(line), message.payload, separator])
  assert.deepEqual(writeGorRecord(message), expected)
})

test('a record put between others touches nothing but its own bytes', () => {
  const meta = formatGorMeta(message)
  const bytes = gorRecordBytes(meta, message.payload)
  const target = Buffer.alloc(bytes + 4, '#')
  assert.equal(putGorRecord(target, 2, meta, message.payload), bytes + 2)
  assert.equal(target.toString('latin1', 0, 2), '##')
  assert.deepEqual(target.subarray(2, bytes + 2), writeGorRecord(message))
  assert.equal(target.toString('latin1', bytes + 2), '##')
})
