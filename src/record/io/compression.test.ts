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
  for (const name of ['a.gor', 'a.gor.zst']) assert.equal(await read(name), '')
})

test('a frame of zstd that is cut leaves the beginning of a record behind those before', async () => {
  const cut = zstdCompressSync(second).subarray(0, -1)
  assert.match(await read('a.gor.zst', zstdCompressSync(first), cut), /^first\n(second)?1$/)
  assert.match(await read('a.gor.zst', zstdCompressSync(first), cut.subarray(0, 9)), /^first\n1$/)
})
