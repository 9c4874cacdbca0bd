// The store in processes of its own: killed, held by another, and on a disk that is full.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Child, startChild, waitUntil } from '../../scripts/child.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { openRunReader } from '../../src/store/io/run-reader.ts'
import { openRunWriter } from '../../src/store/io/run-writer.ts'
import { createRunInfo } from '../support/run-folders.ts'

const lossMicrosMax = 2_000_000

function startPutting(folder: string, ...args: readonly string[]): Child & { lines: string[] } {
  const lines: string[] = []
  const program = join(import.meta.dirname, '../support/put-exchanges.ts')
  const child = startChild({
    command: process.execPath,
    args: [program, folder, ...args],
    onLine: (line) => lines.push(line),
  })
  return Object.assign(child, { lines })
}

test('a run whose process was killed holds all but the last two seconds, and goes on', async () => {
  using temporary = createTemporaryFolder('store')
  const folder = join(temporary.path, 'run')
  await using child = startPutting(folder, '2000')
  await waitUntil(child, 'puts', () => child.lines.length >= 120)
  const last = Date.now() * 1_000
  await child.stop('SIGKILL')
  {
    await using reader = await openRunReader(folder)
    const { total } = await reader.findExchanges({ limit: 1 })
    assert.ok(total > 0, 'something is stored')
    const ids = Array.from({ length: total }, (_, slot) => `e${slot}`)
    const stored = await reader.exchanges(ids)
    assert.equal(stored.length, total, 'the first ones are, without a gap')
    assert.ok(last - stored.at(-1)!.at <= lossMicrosMax)
    assert.equal(stored.at(-1)?.answers.candidate?.bytes?.length, 2_000)
    assert.equal((await reader.info()).endedAt, null)
  }
  const onTrouble = (text: string) => assert.fail(text)
  await using writer = await openRunWriter(folder, createRunInfo(), { onTrouble })
  assert.ok((await writer.reader.findExchanges({ limit: 1 })).total > 0)
})

test('a run that another process writes is refused with the name of that process', async () => {
  using temporary = createTemporaryFolder('store')
  const folder = join(temporary.path, 'run')
  await using child = startPutting(folder, '10')
  await waitUntil(child, 'puts', () => child.lines.length > 1)
  const message = new RegExp(`is open in process ${child.pid} `)
  await assert.rejects(openRunReader(folder), { code: 'run-in-use', message })
})

// `blind` does not look at the free bytes beforehand, so that the database itself meets the end.
for (const args of [['200000'], ['200000', 'blind']]) {
  test(`on a full disk a run loses nothing but what it counts, and goes on: ${args}`, async () => {
    using temporary = createTemporaryFolder('store')
    const disk = join(temporary.path, 'disk')
    mkdirSync(disk)
    const options = ['-t', 'tmpfs', '-o', 'size=64m', 'none', disk]
    assert.equal(spawnSync('mount', options).status, 0)
    try {
      const ballast = join(disk, 'ballast')
      const folder = join(disk, 'run')
      await using child = startPutting(folder, ...args)
      await waitUntil(child, 'puts', () => child.lines.length > 60)
      writeFileSync(ballast, new Uint8Array(1))
      spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=1M'])
      await waitUntil(child, 'trouble', () => child.lines.some((line) => /trouble/.test(line)))
      const troubleAt = child.lines.length
      await waitUntil(child, 'more', () => child.lines.length > troubleAt + 60)
      writeFileSync(ballast, '')
      const again = () => child.lines.filter((line) => /trouble/.test(line)).length === 2
      await waitUntil(child, 'written again', again)
      await child.stop('SIGKILL')
      await using reader = await openRunReader(folder)
      const { total } = await reader.findExchanges({ limit: 1 })
      assert.ok(total > troubleAt + 40, `${total} of ${child.lines.length}, full at ${troubleAt}`)
      const ids = Array.from({ length: total }, (_, slot) => `e${slot}`)
      assert.equal((await reader.exchanges(ids)).length, total)
      assert.equal(readFileSync(ballast).length, 0)
    } finally {
      assert.equal(spawnSync('umount', ['-l', disk]).status, 0)
    }
  })
}
