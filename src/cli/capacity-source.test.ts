import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createRequest } from '../../test/support/messages.ts'
import { OperatorError } from '../model/operator-error.ts'
import { writeGorRecord } from '../protocol/gor/gor-writer.ts'
import { planSource } from './capacity-source.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-source-'))
after(() => rmSync(folder, { recursive: true }))

const records = [0, 1, 2].map((sequence) => writeGorRecord(createRequest({ sequence, at: 5e12 })))
const stop = new AbortController().signal

test('what a recording misses is counted by its reason', async () => {
  const path = join(folder, 'cut.gor.gz')
  writeFileSync(path, gzipSync(Buffer.concat(records)).subarray(0, -4))
  const planned = await planSource({ 'input-file': [path] })
  const source = await planned.open(stop, async () => {})
  assert.deepEqual([source.messages.length, source.lost], [3, { truncated: 1 }])
  assert.deepEqual([planned.isLive, source.cut], [false, false])
})

test('whoever is not ready has nothing read', async () => {
  const path = join(folder, 'gone.gor')
  writeFileSync(path, Buffer.concat(records))
  const planned = await planSource({ 'input-file': [path] })
  rmSync(path)
  const ready = () =>
    Promise.reject(new OperatorError('dead-target', 'nobody is there', 'start it'))
  await assert.rejects(planned.open(stop, ready), { code: 'dead-target' })
})
