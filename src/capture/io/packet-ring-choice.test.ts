// Which packets a ring takes: its share of a group's, and what its filter chooses; on real packets.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { buildEthernetFrame, buildTcpPacket } from '../../../test/support/packets.ts'
import {
  type Captured,
  drainAll,
  drainCounted,
  indexOf,
  open,
  plugCable,
  request,
  sendFrames,
  startServer,
} from '../../../test/support/real-packets.ts'
import { buildCaptureFilter, type CaptureFilter } from '../filter-program.ts'

test('the rings of a group share the connections, each with both of its directions', async () => {
  await using service = await startServer()
  // Nobody reads meanwhile: each block is taken for the packets of some milliseconds.
  const blocks = { blockBytes: 32_768, blockCount: 512 }
  const first = open(service.port, { ...blocks, group: 'new' })
  const rings = [first, open(service.port, { ...blocks, group: first.group() })]
  await request('127.0.0.1', service.port, '/too-early')
  const filter = buildCaptureFilter({
    endpoints: [{ address: null, port: service.port }],
    responses: true,
    incomingOnly: true,
    loopbackIndex: indexOf('lo'),
    interfaceIndexes: [],
  })
  for (const ring of rings) ring.start(filter)
  const connections = 60
  for (let count = 0; count < connections; count++) {
    await request(count % 2 === 0 ? '127.0.0.1' : '::1', service.port, `/${count}`)
  }
  const seen = rings.map((ring) => drainAll(ring))
  for (const captured of seen) assert.ok(captured.length > 0)
  assert.equal(seen.flat().filter(({ payload }) => payload.startsWith('POST')).length, connections)
  // Of each connection a ring has the request and the response, or nothing.
  for (const captured of seen) {
    const requests = captured.filter(({ payload }) => payload.startsWith('POST')).length
    const responses = captured.filter(({ payload }) => payload.startsWith('HTTP/1.1 200')).length
    assert.equal(requests, responses)
    // A client's port may serve it over IPv4 and IPv6 at the same time.
    const nameOf = ({ destination, port, source }: Captured) =>
      `${destination} ${port === service.port ? source : port}`
    const own = new Set(captured.map(nameOf))
    const others = seen.filter((other) => other !== captured).flat()
    for (const one of others) assert.ok(!own.has(nameOf(one)), nameOf(one))
  }
  const stranger = open(service.port, { group: 'new' })
  assert.notEqual(stranger.group(), first.group())
  for (const ring of [...rings, stranger]) ring.close()
})

test('fragments, tunnels and VLANs are taken from the wire as the filter says', () => {
  using cable = plugCable(false)
  const ends = { source: '10.0.0.9:5', destination: '10.0.0.1:80', payload: 'x'.repeat(64) }
  const fragment = buildTcpPacket({ ...ends, destination: '10.0.0.1:9' })
  fragment[6] = 0x20
  const tunnel = buildTcpPacket(ends)
  tunnel[9] = 47
  const frames = [
    buildEthernetFrame(fragment),
    buildEthernetFrame(tunnel),
    buildEthernetFrame(buildTcpPacket(ends), [7]),
    buildEthernetFrame(buildTcpPacket(ends), [8]),
  ]
  const count = (filter: Partial<CaptureFilter>) => {
    const ring = open(
      80,
      { interfaceIndex: indexOf(cable.far) },
      { incomingOnly: false, ...filter },
    )
    sendFrames(cable.near, frames)
    const { packets } = drainCounted(ring, () => {})
    ring.close()
    return packets
  }
  assert.equal(count({}), 3)
  assert.equal(count({ tunnels: true }), 4)
  assert.equal(count({ vlanIds: [8] }), 1)
  assert.equal(count({ ignoredIndexes: [indexOf(cable.far)] }), 0)
})

test('an interface takes packets for others as long as the ring asks for it', () => {
  using cable = plugCable(false)
  const isPromiscuous = () => {
    const shown = execFileSync('ip', ['-details', 'link', 'show', cable.far]).toString()
    return Number(/promiscuity (\d+)/.exec(shown)?.[1]) > 0
  }
  const ring = open(80, { promiscuousIndexes: [indexOf(cable.far)] })
  assert.equal(isPromiscuous(), true)
  ring.close()
  assert.equal(isPromiscuous(), false)
})
