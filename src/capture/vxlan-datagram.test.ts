import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createNetworkFilter, readVxlanNetwork } from './vxlan-datagram.ts'

test('the network is the three bytes of a header that says it has one', () => {
  assert.equal(readVxlanNetwork(Buffer.from('0800000012345600aa', 'hex')), 0x123456)
  assert.equal(readVxlanNetwork(Buffer.from('0000000012345600aa', 'hex')), null)
  assert.equal(readVxlanNetwork(Buffer.from('0800000012345600', 'hex')), null)
  assert.equal(readVxlanNetwork(Buffer.alloc(0)), null)
})

const filters = [
  [[], [0, 1, 2, 3]],
  [
    [1, 3],
    [1, 3],
  ],
  [[-1], [0, 2, 3]],
  [[1, 2, -2], [1]],
  [[-0], [1, 2, 3]],
] as const

for (const [numbers, passing] of filters) {
  test(`--input-raw-vxlan-vni ${numbers.map((number) => String(number))} lets networks ${passing} through`, () => {
    const accepts = createNetworkFilter(numbers)
    assert.deepEqual(
      [0, 1, 2, 3].filter((network) => accepts(network)),
      passing,
    )
  })
}
