import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OperatorError } from '../../model/operator-error.ts'
import { formatIpAddress } from '../capture-address.ts'
import { resolveCaptureAddresses } from './resolve-addresses.ts'

test('addresses stand for themselves and no host for every address', async () => {
  const endpoints = await resolveCaptureAddresses([
    { host: null, port: 80 },
    { host: '10.0.0.5', port: 81 },
    { host: '::1', port: 82 },
  ])
  assert.deepEqual(
    endpoints.map(({ address, port }) => [address && formatIpAddress(address, 0), port]),
    [
      [null, 80],
      ['10.0.0.5', 81],
      ['::1', 82],
    ],
  )
})

test('a name stands for all its addresses', async () => {
  const endpoints = await resolveCaptureAddresses([{ host: 'localhost', port: 80 }])
  const addresses = endpoints.map(({ address }) => formatIpAddress(address!, 0))
  assert.ok(addresses.includes('127.0.0.1'))
  for (const { port } of endpoints) assert.equal(port, 80)
})

test('an unknown name is refused, named', async () => {
  await assert.rejects(
    resolveCaptureAddresses([{ host: 'no-such-host.invalid', port: 80 }]),
    (error) => error instanceof OperatorError && error.message.includes('no-such-host.invalid'),
  )
})
