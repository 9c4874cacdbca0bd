import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { decompress } from './compression.ts'

async function read(name: string, ...pieces: readonly Uint8Array[]): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const bytes of decompress(name, Readable.from(pieces))) parts.push(bytes)
  return Buffer.concat(parts).toString()
}

const [first, second] = [Buffer.from('first\n'), Buffer.from('second\n')]

test('a file may hold several compressed pieces, or none', async () => {
  assert.equal(await read('a.gor', first, second), 'first\nsecond\n')
  assert.equal(await read('a.gor.gz', gzipSync(first), gzipSync(second)), 'first\nsecond\n')
  const frames = [zstdCompressSync(first), zstdCompressSync(second)]
  assert.equal(await read('a.gor.zst', ...frames), 'first\nsecond\n')
  for (const name of ['a.gor', 'a.gor.gz', 'a.gor.zst']) assert.equal(await read(name), '')
})

test('a frame of zstd that is cut leaves the beginning of a record behind those before', async () => {
  const cut = zstdCompressSync(second).subarray(0, -1)
  assert.match(await read('a.gor.zst', zstdCompressSync(first), cut), /^first\n(second)?1$/)
  assert.match(await read('a.gor.zst', zstdCompressSync(first), cut.subarray(0, 9)), /^first\n1$/)
})

test('a piece of gzip that is cut leaves the beginning of a record, and so does a cut between two', async () => {
  const whole = gzipSync(second)
  for (const length of [5, 12, whole.length - 8, whole.length - 1]) {
    const cut = whole.subarray(0, length)
    assert.match(
      await read('a.gor.gz', gzipSync(first), cut),
      /^first\ns?e?c?o?n?d?\n?1$/,
      `${length}`,
    )
  }
  // All records are there, and the trailer is not.
  assert.equal(await read('a.gor.gz', whole.subarray(0, -8)), 'second\n1')
})

test('gzip is read in parts of any size, and what is none behind it is left', async () => {
  const long = Buffer.from(Array.from({ length: 90_000 }, (_, index) => `${index * 7919}`).join())
  const packed = gzipSync(long)
  assert.ok(packed.length > 100_000)
  assert.equal(await read('a.gor.gz', packed, gzipSync(first)), `${long}first\n`)
  const bytes = [...gzipSync(first)].map((byte) => Uint8Array.of(byte))
  assert.equal(await read('a.gor.gz', ...bytes), 'first\n')
  assert.equal(await read('a.gor.gz', gzipSync(first), new Uint8Array(40_000)), 'first\n')
  await assert.rejects(read('a.gor.gz', gzipSync(first), Buffer.from([0x1f, 0x8b, 9, 9, 9])))
  await assert.rejects(read('a.gor.gz', Buffer.from('no gzip at all, for as long as it goes on')))
})
