import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuseLoops } from './loop-guard.ts'

const local = new Set(['10.0.0.5', 'fd00::5'])

const cases = [
  [null, 80, '10.0.0.5', 80, true],
  [null, 80, '127.0.0.1', 80, true],
  [null, 80, '127.9.9.9', 80, true],
  [null, 80, '::1', 80, true],
  [null, 80, '::ffff:10.0.0.5', 80, true],
  [null, 80, 'fd00::5', 80, true],
  ['10.0.0.5', 80, '127.0.0.1', 80, true],
  ['192.0.2.1', 80, '192.0.2.1', 80, true],
  ['192.0.2.1', 80, '10.0.0.5', 80, false],
  [null, 80, '192.0.2.1', 80, false],
  [null, 80, '10.0.0.5', 8080, false],
  [null, 0, '10.0.0.5', 8080, true],
  [null, 0, '192.0.2.1', 8080, false],
] as const

for (const [captured, port, target, targetPort, refused] of cases) {
  const verb = refused ? 'is refused' : 'is allowed'
  test(`capturing ${captured ?? ''}:${port}, an output to ${target} port ${targetPort} ${verb}`, () => {
    const run = () =>
      refuseLoops(
        [{ address: captured, port }],
        [{ name: 'http://target', addresses: [target], port: targetPort }],
        local,
      )
    if (refused) assert.throws(run, { name: 'OperatorError', code: 'loop' })
    else run()
  })
}
