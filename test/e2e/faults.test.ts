// Targets and replayers that are killed and come back, while the ledgers still balance.
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from '../../scripts/free-port.ts'
import { startNginx } from '../../scripts/nginx.ts'
import type { LedgerSnapshot, OutputSnapshot } from '../../src/model/ledger-snapshot.ts'
import { eventually, rehearse } from '../support/rehearsal.ts'

const server = 'location / { return 200 "ok"; }'

async function startServer(port: number) {
  return await startNginx({
    listen: [`127.0.0.1:${port}`],
    server,
    accessLogFormat: "'$request_uri'",
  })
}

/** Sends numbered requests on kept-alive connections, about 400 a second, until ended. */
function startLoad(port: number): { readonly end: () => Promise<number> } {
  const sockets = Array.from({ length: 8 }, () =>
    connect({ host: '127.0.0.1', port, noDelay: true }),
  )
  for (const socket of sockets) socket.resume()
  const state = { sent: 0, over: false }
  const running = sendUntilOver(sockets, state)
  return {
    end: async () => {
      state.over = true
      await running
      return state.sent
    },
  }
}

async function sendUntilOver(
  sockets: readonly Socket[],
  state: { sent: number; over: boolean },
): Promise<void> {
  while (!state.over) {
    for (const socket of sockets) {
      socket.write(`GET /${state.sent++} HTTP/1.1\r\nHost: production\r\n\r\n`)
    }
    await sleep(20)
  }
  await sleep(200)
  for (const socket of sockets) socket.destroy()
}

function assertBalanced(ledger: LedgerSnapshot): void {
  for (const output of ledger.outputs) {
    assert.equal(output.pending, 0, JSON.stringify(ledger, null, 2))
    const unanswered = Object.values(output.unanswered).reduce((sum, count) => sum + count, 0)
    if (output.answered > 0) assert.equal(output.delivered, output.answered + unanswered)
  }
}

const answeredSoFar = (ledger: LedgerSnapshot): OutputSnapshot => ledger.outputs[0]!

describe('faults', { concurrency: 3 }, () => {
  test('a target that is killed and comes back within the time-out loses what it was reading alone', async () => {
    const [port, targetPort] = [await findFreePort(), await findFreePort()]
    await using _production = await startServer(port)
    const target = await startServer(targetPort)
    await using rehearsal = await rehearse([
      '--input-raw',
      `:${port}`,
      '--output-http',
      `http://127.0.0.1:${targetPort}`,
      '--output-http-timeout',
      '60s',
    ])
    const load = startLoad(port)
    await eventually('answers', () => answeredSoFar(rehearsal.ledger()).answered > 100)
    await target.stop()
    await sleep(1_500)
    await using again = await startServer(targetPort)
    const before = answeredSoFar(rehearsal.ledger()).answered
    await eventually(
      'answers again',
      () => answeredSoFar(rehearsal.ledger()).answered > before + 800,
    )
    const sent = await load.end()
    const ledger = await rehearsal.finish()
    assert.equal(ledger.captured, sent)
    const { answered, delivered } = ledger.outputs[0]!
    // At most one request of each of the eight connections was on its way.
    assert.ok(answered >= sent - 8, `${answered} of ${sent}`)
    assert.ok(delivered >= sent - 8)
    assert.ok(again.accessLog().length > 800)
    assertBalanced(ledger)
  })

  test('a target that stays away costs what waited too long, and each is counted', async () => {
    const [port, targetPort] = [await findFreePort(), await findFreePort()]
    await using _production = await startServer(port)
    await using rehearsal = await rehearse([
      '--input-raw',
      `:${port}`,
      '--output-http',
      `http://127.0.0.1:${targetPort}`,
      '--output-http-timeout',
      '500ms',
    ])
    const load = startLoad(port)
    await eventually(
      'dropped requests',
      () => (answeredSoFar(rehearsal.ledger()).dropped.unreachable ?? 0) > 300,
    )
    const sent = await load.end()
    const ledger = await rehearsal.finish()
    assert.equal(ledger.captured, sent)
    assert.equal(
      ledger.outputs[0]!.dropped.unreachable! + (ledger.outputs[0]!.dropped.exit ?? 0),
      sent,
    )
    assertBalanced(ledger)
  })

  test('a replayer that is killed and started again is found again, and both ledgers balance', async () => {
    const [port, targetPort, link] = [
      await findFreePort(),
      await findFreePort(),
      await findFreePort(),
    ]
    await using _production = await startServer(port)
    await using target = await startServer(targetPort)
    const replayerArgs = [
      '--input-tcp',
      `:${link}`,
      '--output-http',
      `http://127.0.0.1:${targetPort}`,
    ]
    const first = await rehearse(replayerArgs)
    await using listener = await rehearse([
      '--input-raw',
      `:${port}`,
      '--output-tcp',
      `127.0.0.1:${link}`,
    ])
    const load = startLoad(port)
    await eventually('answers', () => answeredSoFar(first.ledger()).answered > 100)
    await first.stop('SIGKILL')
    await sleep(1_000)
    await using second = await rehearse(replayerArgs)
    await eventually('answers again', () => answeredSoFar(second.ledger()).answered > 400)
    const sent = await load.end()
    const recorded = await listener.finish()
    await eventually('the rest', () => second.ledger().outputs[0]!.pending === 0)
    const replayed = await second.finish()
    assert.equal(recorded.captured, sent)
    assertBalanced(recorded)
    assertBalanced(replayed)
    // What waited for the replayer comes in full; what the dead one had read is gone.
    assert.ok(replayed.captured >= sent - target.accessLog().length - 300)
    assert.equal(replayed.outputs[0]!.answered, replayed.captured)
  })
})
