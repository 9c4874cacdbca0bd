import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { writePcap } from '../pcap-file.ts'
import { checkPcapFiles, findPcapFiles, readPcapFiles } from './pcap-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-pcap-'))
after(() => rmSync(folder, { recursive: true }))

/** A file of packets of so many bytes each, captured at the given times. */
function write(name: string, times: readonly number[], bytes = 10): string {
  const packets = times.map((at) => ({ at, bytes: new Uint8Array(bytes), wireLength: bytes }))
  const file = writePcap(1, packets)
  const path = join(folder, name)
  writeFileSync(path, name.includes('.gz') ? gzipSync(file) : file)
  return path
}

let cut = 0

async function readTimes(paths: readonly string[]): Promise<number[]> {
  const times: number[] = []
  for await (const packets of readPcapFiles(paths, () => cut++))
    times.push(...packets.map(({ at }) => at))
  return times
}

test('files are found by pattern, in order, and a missing one is told', () => {
  const paths = [write('b1.pcap', []), write('b2.pcap.gz', [])]
  assert.deepEqual(findPcapFiles(join(folder, 'b*.pcap*')), paths)
  assert.deepEqual(findPcapFiles(paths[0]!), [paths[0]])
  assert.throws(() => findPcapFiles(join(folder, 'c*')), { code: 'no-file' })
})

test('a file that cannot be looked at is told by its name', () => {
  const path = join(folder, 'loop.pcap')
  symlinkSync(path, path)
  for (const pattern of [path, join(folder, 'loop*')]) {
    const told = { code: 'bad-pcap', message: `cannot read '${path}': ELOOP` }
    assert.throws(() => findPcapFiles(pattern), told)
  }
})

test('packets of several files, gzipped or not, come in the order of time', async () => {
  const many = Array.from({ length: 300 }, (_, index) => 10 * index)
  const paths = [
    write('1.pcap', many, 4_000),
    write('2.pcap.gz', [5, 15, 2_985, 99_999]),
    write('3.pcap', []),
    write('4.gz.renamed', [7]),
  ]
  const expected = [...many, 5, 7, 15, 2_985, 99_999].sort((a, b) => a - b)
  assert.deepEqual(await readTimes(paths), expected)
  assert.deepEqual(await readTimes(paths.slice(0, 1)), many)
})

test('an unreadable file is told by its name', async () => {
  const noise = join(folder, 'noise')
  writeFileSync(noise, 'this is no capture file')
  const cut = join(folder, 'cut.pcap.gz')
  writeFileSync(cut, gzipSync(writePcap(1, [])).subarray(0, 20))
  for (const path of [noise, cut, join(folder, 'gone.pcap'), join(folder, 'gone.pcap.gz')]) {
    await assert.rejects(readTimes([path]), (error: Error) => error.message.includes(path))
  }
})

test('packets ahead of the place where a gzipped file is cut are read', async () => {
  const path = write(
    'long.pcap.gz',
    Array.from({ length: 50_000 }, (_, index) => index),
  )
  writeFileSync(path, readFileSync(path).subarray(0, -100))
  let packets = 0
  await assert.rejects(
    async () => {
      for await (const batch of readPcapFiles([path], () => {})) packets += batch.length
    },
    { code: 'bad-pcap' },
  )
  assert.ok(packets > 0, `${packets}`)
})

test('what is no capture file is refused before it is played', async () => {
  const text = join(folder, 'text.pcap')
  writeFileSync(text, 'this is no capture file')
  await assert.rejects(checkPcapFiles([text]), /it is no pcap file/)
  assert.throws(() => findPcapFiles(folder), /is a folder/)
})

test('an empty file holds no packets', async () => {
  const path = join(folder, 'empty.pcap')
  writeFileSync(path, '')
  assert.deepEqual(await readTimes([path]), [])
})

test('a packet that is cut at the end of a file is told, and those ahead of it are read', async () => {
  const path = write('killed.pcap', [1, 2, 3])
  writeFileSync(path, readFileSync(path).subarray(0, -1))
  const before = cut
  assert.deepEqual(await readTimes([path]), [1, 2])
  assert.equal(cut, before + 1)
})

test('reading may end early', async () => {
  const paths = [write('6.pcap.gz', [1, 3], 300_000), write('5.pcap', [2, 4], 300_000)]
  for await (const packets of readPcapFiles(paths, () => {})) {
    assert.equal(packets[0]!.at, 1)
    break
  }
})
