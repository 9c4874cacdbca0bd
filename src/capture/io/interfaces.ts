// The network interfaces of this host, as the kernel lists them.
import { readdirSync, readFileSync } from 'node:fs'

export interface NetworkInterface {
  readonly name: string
  readonly index: number
  readonly isLoopback: boolean
}

/** The interfaces that exist now. */
export function listInterfaces(): NetworkInterface[] {
  const interfaces: NetworkInterface[] = []
  for (const name of readdirSync(directory)) {
    const index = readNumber(name, 'ifindex')
    // Not an interface (bonding puts a file here), or gone in the meantime.
    if (index === null) continue
    interfaces.push({ name, index, isLoopback: readNumber(name, 'type') === loopbackType })
  }
  return interfaces.sort((a, b) => a.index - b.index)
}

const directory = '/sys/class/net'
/** ARPHRD_LOOPBACK. */
const loopbackType = 772

function readNumber(name: string, attribute: string): number | null {
  try {
    return Number(readFileSync(`${directory}/${name}/${attribute}`, 'utf8'))
  } catch {
    return null
  }
}
