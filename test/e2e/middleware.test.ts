// The real command with another program between its inputs and outputs.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isBalanced } from '../../scripts/rehearsal.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import type { LedgerSnapshot } from '../../src/model/ledger-snapshot.ts'
import { writeGorRecord } from '../../src/protocol/gor/gor-writer.ts'
import { createRequest } from '../support/messages.ts'
import { startRecordingTarget } from '../support/recording-target.ts'
import { eventually, rehearse, runRehearsal } from '../support/rehearsal.ts'

/** Drops what asks for /drop, and writes another name into the rest. */
const rewriter = `
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const text = Buffer.from(line, 'hex').toString('latin1')
  if (text.includes('/drop')) return
  console.log(Buffer.from(text.replace('production', 'rewritten'), 'latin1').toString('hex'))
})`

test('a middleware drops and rewrites, each message is accounted for, and the end waits for it', async () => {
  using folder = createTemporaryFolder('middleware')
  await using target = await startRecordingTarget()
  const program = join(folder.path, 'rewrite messages.cjs')
  const recording = join(folder.path, 'in.gor')
  writeFileSync(program, rewriter)
  const records = Array.from({ length: 100 }, (_, index) => {
    const path = index % 4 === 0 ? '/drop' : `/${index}`
    const payload = `GET ${path} HTTP/1.1\r\nHost: a\r\nX-From: production\r\n\r\n`
    const parts = { connection: index % 10, sequence: Math.floor(index / 10), at: index * 1_000 }
    return writeGorRecord(createRequest({ ...parts, payload }))
  })
  writeFileSync(recording, Buffer.concat(records))
  await using rehearsal = await rehearse([
    ...['--input-file', recording, '--input-dummy', '1'],
    ...['--output-http', `http://127.0.0.1:${target.port}`],
    ...['--middleware', `'${process.execPath}' "${program}"`],
  ])
  await eventually('what is not dropped', () => target.requests() >= 75)
  const ledger = await rehearsal.finish()
  const [file, dummy, middleware] = ['file', 'dummy', 'middleware'].map((name) =>
    ledger.sources.find(({ source }) => source.includes(`${name} `)),
  )
  assert.equal(file!.messages, 75)
  assert.deepEqual(file!.dropped, { middleware: 25 })
  assert.deepEqual([dummy!.dropped, middleware!.dropped, middleware!.messages], [{}, {}, 0])
  assert.ok(isBalanced(ledger))
  assert.equal(target.requests(), 75 + dummy!.messages)
  const received = target.connections.flat().join('')
  assert.equal(received.match(/X-From: rewritten/g)!.length, 75)
  assert.ok(!received.includes('/drop'))
})

/** Dies of what asks for /die, and passes all else on. */
const mortal = `
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  if (Buffer.from(line, 'hex').includes('/die')) process.exit(1)
  console.log(line)
})`

test('a middleware that dies is started again, and what it had is counted', async () => {
  using folder = createTemporaryFolder('middleware')
  const program = join(folder.path, 'mortal.cjs')
  const recording = join(folder.path, 'in.gor')
  writeFileSync(program, mortal)
  const records = ['/a', '/die', '/b', '/c'].map((path, sequence) => {
    const at = sequence < 2 ? 0 : sequence * 500_000
    const payload = `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`
    return writeGorRecord(createRequest({ sequence, at, payload }))
  })
  writeFileSync(recording, Buffer.concat(records))
  const ledgerPath = join(folder.path, 'ledger.json')
  const { status, output } = await runRehearsal([
    ...['--input-file', recording, '--output-null', '--ledger', ledgerPath],
    ...['--middleware', `'${process.execPath}' '${program}'`],
  ])
  assert.equal(status, 0, output)
  assert.match(output, /the middleware died; it is started again in 0\.1 s/)
  const ledger = JSON.parse(readFileSync(ledgerPath, 'utf8')) as LedgerSnapshot
  const { messages, dropped } = ledger.sources.find(({ source }) => source.includes('file'))!
  const { 'middleware-exit': had = 0, 'middleware-queue': meanwhile = 0, ...other } = dropped
  assert.deepEqual([messages + had + meanwhile, other], [4, {}])
  assert.ok(had >= 1 && messages >= 2, JSON.stringify(ledger.sources))
})

test('a middleware that is no program is an error of the operator', async () => {
  const args = ['--input-dummy', '1', '--output-null', '--middleware']
  for (const [command, message] of [
    ['no-such-program -x', /there is no program 'no-such-program'/],
    [`node 'x`, /is no command/],
  ] as const) {
    const { status, output } = await runRehearsal([...args, command])
    assert.equal(status, 2)
    assert.match(output, message)
  }
})
