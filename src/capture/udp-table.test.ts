import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readUdpDrops } from './udp-table.ts'

const heading = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   \
uid  timeout inode ref pointer drops`
const table = `${heading}
${line('00000000:12B5', 4711, 12)}
${line('0100007F:0035', 4712, 30)}
`

function line(address: string, inode: number, drops: number): string {
  const queues = '07 00000000:00000000 00:00000000 00000000     0        0'
  return `  100: ${address} 00000000:0000 ${queues} ${inode} 2 0000000000000000 ${drops}`
}

test('the drops of our own sockets at the port are counted, of others not', () => {
  assert.equal(readUdpDrops(table, 0x12b5, new Set(['4711'])), 12)
  assert.equal(readUdpDrops(table, 0x12b5, new Set(['4711', '4712'])), 12)
  assert.equal(readUdpDrops(table, 0x35, new Set(['4711', '4712'])), 30)
  assert.equal(readUdpDrops(table, 0x12b5, new Set(['1'])), 0)
  assert.equal(readUdpDrops('', 0x12b5, new Set(['4711'])), 0)
})
