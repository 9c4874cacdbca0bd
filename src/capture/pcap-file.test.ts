import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { writePcap } from './pcap-file.ts'
import { PcapReader } from './pcap-reader.ts'

test('what is written is read back', () => {
  const packet = fc
    .tuple(fc.nat(2 ** 31 - 1), fc.nat(999_999), fc.uint8Array({ maxLength: 40 }), fc.nat(100_000))
    .map(([seconds, micros, bytes, wireLength]) => {
      return { linkType: 1, at: seconds * 1_000_000 + micros, bytes, wireLength }
    })
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 5 }), (packets) => {
      const read = new PcapReader().push(writePcap(1, packets))
      assert.deepEqual(
        read.map((one) => ({ ...one, bytes: one.bytes.slice() })),
        packets,
      )
    }),
  )
})
