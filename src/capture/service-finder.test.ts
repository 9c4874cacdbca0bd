import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildTcpPacket, type TcpPacketParts } from '../../test/support/packets.ts'
import { createSegment, tcpFlags } from '../model/segment.ts'
import { parseIpAddress } from './capture-address.ts'
import { decodeSegment } from './packet-decoder.ts'
import { ServiceFinder } from './service-finder.ts'

const client = '10.0.0.9:4000'
const service = '10.0.0.1:8080'

/** What of `client` and `service` is found as a service after the packet. */
function checkFound(parts: Partial<TcpPacketParts>, expected: readonly string[]): void {
  const packet = buildTcpPacket({ source: client, destination: service, ...parts })
  const segment = createSegment()
  assert.ok(decodeSegment(packet, 0, packet.length, packet.length, 0x0800, segment))
  const finder = new ServiceFinder()
  finder.observe(segment)
  const found = [client, service].filter((end) => {
    const [host, port] = end.split(':')
    return finder.includes(parseIpAddress(host!)!, 0, Number(port))
  })
  assert.deepEqual(found, expected)
}

test('the side that is connected to is a service', () => {
  checkFound({ flags: tcpFlags.syn }, [service])
  const answer = { source: service, destination: client, flags: tcpFlags.syn | tcpFlags.ack }
  checkFound(answer, [service])
})

test('in the middle of a connection, a request line tells', () => {
  checkFound({ payload: 'GET / HTTP/1.1\r\n' }, [service])
  checkFound({ payload: 'OPTIONS * HTTP/1.1\r\n' }, [service])
  for (const payload of ['', 'GET', 'GET ', 'get / ', 'HTTP/1.1 200 OK\r\n', 'GO on', 'GETS\r\n']) {
    checkFound({ payload }, [])
  }
})

test('what a service sends is no request, whatever it reads like', () => {
  const finder = new ServiceFinder()
  const observe = (parts: TcpPacketParts) => {
    const packet = buildTcpPacket(parts)
    const segment = createSegment()
    assert.ok(decodeSegment(packet, 0, packet.length, packet.length, 0x0800, segment))
    finder.observe(segment)
  }
  observe({ source: client, destination: service, flags: tcpFlags.syn })
  observe({ source: service, destination: client, payload: 'POST request received' })
  assert.equal(finder.includes(parseIpAddress('10.0.0.9')!, 0, 4000), false)
})
