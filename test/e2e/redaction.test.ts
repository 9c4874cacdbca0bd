// The real command: what is stored is redacted, what is replayed is not, and answers come back.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isBalanced } from '../../scripts/rehearsal.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import type { LedgerSnapshot } from '../../src/model/ledger-snapshot.ts'
import { writeGorRecord } from '../../src/protocol/gor/gor-writer.ts'
import { openRunReader } from '../../src/store/io/run-reader.ts'
import { createRequest } from '../support/messages.ts'
import { startRecordingTarget } from '../support/recording-target.ts'
import { runRehearsal } from '../support/rehearsal.ts'

test('a recording holds answers of the target and no secret, and the target gets the secrets', async () => {
  using folder = createTemporaryFolder('redaction')
  await using target = await startRecordingTarget({
    answer: (_, response) => {
      response.setHeader('Set-Cookie', 'sid=session-two; HttpOnly')
      response.end('{"pin":"1234"}')
    },
  })
  const body = '{"user": 12345678901234567890, "pin": "1234"}'
  const payload =
    'POST /login?token=t-1 HTTP/1.1\r\nHost: shop\r\nCookie: sid=session-one\r\n' +
    `Content-Length: ${body.length}\r\n\r\n${body}`
  const recording = join(folder.path, 'in.gor')
  const ledgerPath = join(folder.path, 'ledger.json')
  const url = `http://127.0.0.1:${target.port}`
  writeFileSync(recording, writeGorRecord(createRequest({ payload })))
  const { status, output } = await runRehearsal([
    ...['--input-file', recording, '--output-http', url, '--output-http-track-response'],
    ...['--output-file', join(folder.path, 'out.gor'), '--ledger', ledgerPath],
    ...['--redact', 'json:$.pin', '--redact', 'query:token'],
  ])
  assert.equal(status, 0, output)
  const stored = readFileSync(join(folder.path, 'out_0.gor'), 'utf8')
  for (const secret of ['session-one', 'session-two', 't-1', '1234"']) {
    assert.ok(!stored.includes(secret), secret)
  }
  assert.ok(stored.includes('"user": 12345678901234567890, "pin": "redacted-'))
  const types = stored.split('\n🐵🙈🙉\n').map((record) => record.slice(0, 1))
  assert.deepEqual(types.filter((type) => type === '1' || type === '3').sort(), ['1', '3'])
  const pins = [...stored.matchAll(/"pin": ?"(redacted-\w+)"/g)].map((match) => match[1])
  assert.equal(pins.length, 2)
  assert.equal(pins[0], pins[1])
  const received = target.connections.flat().join('')
  for (const secret of ['session-one', 't-1', body]) assert.ok(received.includes(secret), secret)
  const ledger = JSON.parse(readFileSync(ledgerPath, 'utf8')) as LedgerSnapshot
  assert.ok(isBalanced(ledger))
  const replayed = ledger.sources.find(({ source }) => source === `replayed by ${url}`)
  assert.equal(replayed!.messages, 1)
  assert.deepEqual(ledger.outputs[0]!.dropped, { kind: 1 })
})

test('a secret has one pseudonym in a run, in what is recorded and in what is compared', async () => {
  using folder = createTemporaryFolder('redaction')
  await using target = await startRecordingTarget({})
  const recording = join(folder.path, 'in.gor')
  const run = join(folder.path, 'run')
  const payload = 'GET /me HTTP/1.1\r\nHost: shop\r\nCookie: sid=session-one\r\n\r\n'
  writeFileSync(recording, writeGorRecord(createRequest({ payload })))
  const { status, output } = await runRehearsal([
    ...['--input-file', recording, '--output-http', `http://127.0.0.1:${target.port}`],
    ...['--compare', run, '--output-file', join(folder.path, 'out.gor')],
  ])
  assert.equal(status, 0, output)
  const stored = readFileSync(join(folder.path, 'out_0.gor'), 'utf8')
  await using reader = await openRunReader(run)
  const { entries } = await reader.findExchanges({ limit: 10 })
  const [exchange] = await reader.exchanges(entries.map((entry) => entry.exchange))
  const [recorded, compared] = [stored, Buffer.from(exchange!.request).toString()].map(
    (text) => /sid=(redacted-\w+)/.exec(text)?.[1],
  )
  assert.ok(recorded !== undefined)
  assert.equal(compared, recorded)
})
