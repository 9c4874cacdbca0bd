// What Linux says of its UDP sockets in /proc/net/udp and /proc/net/udp6.

/** Datagrams that found the queue full of the sockets that are at `port` and one of `inodes`. */
export function readUdpDrops(table: string, port: number, inodes: ReadonlySet<string>): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  let drops = 0
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/)
    const isOurs = fields[addressField]?.endsWith(local) === true
    if (isOurs && inodes.has(fields[inodeField] ?? '')) drops += Number(fields[dropsField] ?? 0)
  }
  return drops
}

const addressField = 1
const inodeField = 9
const dropsField = 12
