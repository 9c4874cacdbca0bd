import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { listenLocally } from '../../test/support/local-server.ts'
import type { Dial } from '../model/world.ts'
import { createDial } from '../network/io/tcp-client.ts'
import { refuseDeadTarget } from './target-check.ts'

const dial = createDial({ skipVerify: false, context: null, onTlsError: () => {} })

test('a target that accepts connections is taken, and one behind whose port is nothing is not', async () => {
  const listening = await listenLocally(createServer(() => {}))
  const url = `http://127.0.0.1:${listening.port}`
  await refuseDeadTarget(dial, url, 60_000)
  await listening[Symbol.asyncDispose]()
  await assert.rejects(refuseDeadTarget(dial, url, 60_000), {
    code: 'dead-target',
    message: `the target ${url} accepts no connection: refused`,
  })
})

test('a target that says nothing at all is given up after the time', async () => {
  const silent: Dial = () => ({
    write: () => true,
    pendingBytes: () => 0,
    end() {},
    destroy() {},
  })
  await assert.rejects(refuseDeadTarget(silent, 'http://candidate', 1), /: time-out$/)
})
