// Two hosts: production in a network namespace of its own, and preview here, with a cable between.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { findFreePort } from '../../scripts/free-port.ts'
import { startNginx } from '../../scripts/nginx.ts'
import { startRecordingTarget } from '../support/recording-target.ts'
import { eventually, rehearse } from '../support/rehearsal.ts'
import { composeTraffic, expectedAtTarget, sendTraffic } from '../support/traffic.ts'

const previewAddress = '198.18.78.1'
const productionAddress = '198.18.78.2'

interface Production extends Disposable {
  /** Words that start a command on the production host. */
  readonly through: readonly string[]
  readonly interfaceName: string
}

/** Makes the production host and the cable to it; both are gone with it. */
function createProduction(): Production {
  const host = `rehearsal-${process.pid}`
  const [near, far] = [`rn${process.pid}`, `rf${process.pid}`]
  const ip = (...args: readonly string[]) => execFileSync('ip', args, { stdio: 'pipe' })
  ip('netns', 'add', host)
  ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', host)
  ip('addr', 'add', `${previewAddress}/30`, 'dev', near)
  ip('link', 'set', near, 'up')
  ip('-netns', host, 'addr', 'add', `${productionAddress}/30`, 'dev', far)
  ip('-netns', host, 'link', 'set', far, 'up')
  ip('-netns', host, 'link', 'set', 'lo', 'up')
  return {
    through: ['ip', 'netns', 'exec', host],
    interfaceName: far,
    [Symbol.dispose]: () => {
      // The namespace alone takes the cable with it later, when its name is already wanted again.
      ip('link', 'del', near)
      ip('netns', 'del', host)
    },
  }
}

test('an interface that is taken away ends the run with a line that names it', async () => {
  const near = `rx${process.pid}`
  execFileSync('ip', ['link', 'add', near, 'type', 'veth', 'peer', 'name', `ry${process.pid}`])
  execFileSync('ip', ['link', 'set', near, 'up'])
  await using listener = await rehearse([
    '--input-raw',
    ':80',
    '--input-raw-interface',
    near,
    '--output-null',
  ])
  execFileSync('ip', ['link', 'del', near])
  await eventually('the end', () => listener.output().includes('interface that is captured'))
  assert.equal(await listener.stop('SIGTERM'), 2)
  assert.match(listener.output(), /^rehearsal: .*interface.*$/m)
})

for (const named of [false, true]) {
  const where = named ? 'on the interface that is named' : 'on all interfaces'

  test(`what production receives from another host arrives at preview, captured ${where}`, async () => {
    using production = createProduction()
    const { through, interfaceName } = production
    await using _server = await startNginx({
      listen: [`${productionAddress}:80`],
      server: 'location / { return 200 "production"; }',
      through,
    })
    await using target = await startRecordingTarget()
    const host = `127.0.0.1:${target.port}`
    const link = await findFreePort()
    await using replayer = await rehearse([
      '--input-tcp',
      `${previewAddress}:${link}`,
      '--output-http',
      `http://${host}`,
    ])
    const interfaces = named ? ['--input-raw-interface', interfaceName] : []
    await using listener = await rehearse(
      ['--input-raw', ':80', ...interfaces, '--output-tcp', `${previewAddress}:${link}`],
      through,
    )
    const traffic = composeTraffic(21, 10, 30)
    await sendTraffic({ host: productionAddress, port: 80 }, traffic)
    await eventually('all requests', () => target.requests() >= 300)
    const recorded = await listener.finish()
    const replayed = await replayer.finish()
    assert.deepEqual(recorded.sources[0]!.dropped, {})
    assert.equal(recorded.outputs[0]!.delivered, 300)
    assert.equal(replayed.outputs[0]!.answered, 300)
    const expected = traffic.map(({ requests }) =>
      requests.map((request) => expectedAtTarget(request, host)).join(''),
    )
    const received = target.connections.map((parts) => Buffer.concat(parts).toString('latin1'))
    const wrong = expected.sort().findIndex((text, index) => text !== received.sort()[index])
    assert.equal(wrong, -1)
  })
}
