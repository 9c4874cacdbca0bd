import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OperatorError } from '../model/operator-error.ts'
import { type PcapPacket, readPcap, writePcap } from './pcap-file.ts'

/** A file with one packet of three bytes, captured at 2.000005 s, five bytes on the wire. */
function buildFile(magic: string, fraction: number, littleEndian: boolean): Buffer {
  const words = [0, 0, 0, 0x40000, 101, 2, fraction, 3, 5]
  const body = Buffer.alloc(4 * words.length)
  for (const [index, word] of words.entries()) {
    if (littleEndian) body.writeUInt32LE(word, 4 * index)
    else body.writeUInt32BE(word, 4 * index)
  }
  return Buffer.concat([Buffer.from(magic, 'hex'), body, Buffer.of(7, 8, 9)])
}

test('both byte orders and both units of time are read', () => {
  const files = [
    buildFile('d4c3b2a1', 5, true),
    buildFile('a1b2c3d4', 5, false),
    buildFile('4d3cb2a1', 5_999, true),
    buildFile('a1b23c4d', 5_999, false),
  ]
  for (const file of files) {
    const { linkType, packets } = readPcap(file)
    assert.equal(linkType, 101)
    assert.deepEqual([...packets], [{ at: 2_000_005, bytes: Buffer.of(7, 8, 9), wireLength: 5 }])
    assert.equal([...packets].length, 1, 'packets can be read again')
  }
})

test('what is written is read back', () => {
  const packet = fc
    .tuple(fc.nat(2 ** 31 - 1), fc.nat(999_999), fc.uint8Array({ maxLength: 40 }), fc.nat(100_000))
    .map(([seconds, micros, bytes, wireLength]) => {
      return { at: seconds * 1_000_000 + micros, bytes, wireLength }
    })
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 5 }), (packets) => {
      const file = readPcap(writePcap(1, packets))
      assert.equal(file.linkType, 1)
      const read = [...file.packets].map(
        (one): PcapPacket => ({ ...one, bytes: one.bytes.slice() }),
      )
      assert.deepEqual(read, packets)
    }),
  )
})

test('a file cut anywhere gives the whole packets before the cut', () => {
  const packets = [1, 2, 3].map((at) => ({ at, bytes: new Uint8Array(10), wireLength: 10 }))
  const file = writePcap(1, packets)
  for (let bytes = 24; bytes <= file.length; bytes++) {
    const read = [...readPcap(file.subarray(0, bytes)).packets]
    assert.equal(read.length, Math.floor((bytes - 24) / 26))
  }
})

test('what is no pcap file is refused with a hint', () => {
  const pcapng = Buffer.concat([Buffer.from('0a0d0d0a', 'hex'), Buffer.alloc(60)])
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(100), pcapng]) {
    assert.throws(
      () => readPcap(bytes),
      (error) => error instanceof OperatorError && error.hint.includes('editcap'),
    )
  }
})
