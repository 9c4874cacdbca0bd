import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseIpAddress } from './capture-address.ts'
import { createEndpointMatcher, type EndpointMatcher } from './endpoint-matcher.ts'

function checkMatch(matcher: EndpointMatcher, address: string, port: number): boolean {
  const addresses = new Int32Array(8)
  addresses.set(parseIpAddress(address)!, 4)
  const matches = matcher(addresses, 4, port)
  addresses.copyWithin(0, 4)
  addresses.fill(0, 4)
  assert.equal(matcher(addresses, 0, port), matches)
  return matches
}

test('a port without an address is captured at every address', () => {
  const matcher = createEndpointMatcher([{ address: null, port: 80 }])
  assert.equal(checkMatch(matcher, '10.0.0.1', 80), true)
  assert.equal(checkMatch(matcher, 'fd00::1', 80), true)
  assert.equal(checkMatch(matcher, '10.0.0.1', 81), false)
})

test('an address is captured at its own ports only', () => {
  const matcher = createEndpointMatcher([
    { address: parseIpAddress('10.0.0.1'), port: 80 },
    { address: parseIpAddress('fd00::1'), port: 80 },
    { address: parseIpAddress('10.0.0.2'), port: 81 },
  ])
  assert.equal(checkMatch(matcher, '10.0.0.1', 80), true)
  assert.equal(checkMatch(matcher, 'fd00::1', 80), true)
  assert.equal(checkMatch(matcher, '10.0.0.2', 80), false)
  assert.equal(checkMatch(matcher, '10.0.0.2', 81), true)
  for (const near of ['fd00::2', 'fd00::1:0:1', 'fd00:0:1::1', 'fd01::1']) {
    assert.equal(checkMatch(matcher, near, 80), false, near)
  }
})

test('every address of a port wins over some, in either order', () => {
  const some = { address: parseIpAddress('10.0.0.1'), port: 80 }
  const every = { address: null, port: 80 }
  for (const endpoints of [
    [some, every],
    [every, some],
  ]) {
    assert.equal(checkMatch(createEndpointMatcher(endpoints), '10.0.0.9', 80), true)
  }
})

test('port 0 is every port of its address, besides what else is named', () => {
  const one = { address: parseIpAddress('10.0.0.1'), port: 0 }
  const matcher = createEndpointMatcher([one, { address: null, port: 81 }])
  assert.equal(checkMatch(matcher, '10.0.0.1', 4711), true)
  assert.equal(checkMatch(matcher, '10.0.0.2', 4711), false)
  assert.equal(checkMatch(matcher, '10.0.0.2', 81), true)
  assert.equal(checkMatch(createEndpointMatcher([{ address: null, port: 0 }]), '::1', 5), true)
})
