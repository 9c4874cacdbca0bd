import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { ZstdFrames } from './zstd-frames.ts'

const withChecksum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }
const noise = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index) % 251))

const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])

const frames = [
  zstdCompressSync(Buffer.from('hello')),
  zstdCompressSync(Buffer.alloc(0)),
  skippable,
  zstdCompressSync(noise, withChecksum),
  zstdCompressSync(Buffer.alloc(1_000_000)),
  zstdCompressSync(Buffer.from('!'), withChecksum),
]

/** The frames that come of `bytes` in pieces of that size. */
function cut(bytes: Buffer, pieceBytes: number): Buffer[] {
  const machine = new ZstdFrames()
  const found: Buffer[] = []
  let open: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    for (const part of machine.push(bytes.subarray(at, at + pieceBytes))) {
      open.push(part.bytes)
      if (!part.isLast) continue
      found.push(Buffer.concat(open))
      open = []
    }
  }
  return open.length === 0 ? found : [...found, Buffer.concat(open)]
}

for (const pieceBytes of [1, 2, 7, 1_000, 10_000_000]) {
  test(`frames are told apart in pieces of ${pieceBytes} bytes`, () => {
    const found = cut(Buffer.concat(frames), pieceBytes)
    assert.deepEqual(
      found.map(({ length }) => length),
      frames.map(({ length }) => length),
    )
    assert.ok(Buffer.concat(found).equals(Buffer.concat(frames)))
  })
}

test('each frame is one that can be read by itself', () => {
  const [first] = cut(Buffer.concat(frames), 3)
  assert.equal(zstdDecompressSync(first!).toString(), 'hello')
})

test('what is no frame is passed on without an end', () => {
  const machine = new ZstdFrames()
  const parts = machine.push(Buffer.concat([frames[0]!, Buffer.from('no frame at all')]))
  assert.deepEqual(
    parts.map(({ isLast }) => isLast),
    [true, false],
  )
  assert.equal(machine.push(Buffer.from('more'))[0]!.isLast, false)
})
