import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { listInterfaces } from './interfaces.ts'

test('every interface with an address is listed, and the loopback is known as such', () => {
  const interfaces = listInterfaces()
  for (const name of Object.keys(networkInterfaces())) {
    assert.ok(interfaces.some((one) => one.name === name && one.index > 0))
  }
  const loopbacks = interfaces.filter(({ isLoopback }) => isLoopback)
  assert.deepEqual(loopbacks, [{ name: 'lo', index: 1, isLoopback: true }])
})
