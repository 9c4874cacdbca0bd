// `--output-tcp-workers`, `--output-ws-workers`: several wires to one peer, that share the client
// connections out between them.
import { hashFraction } from '../base/hash.ts'
import type { ConnectionId, Message } from '../model/message.ts'
import type { Output } from '../model/output.ts'

/**
 * One output over several: a client connection, with all its messages, is always the same one's, so
 * that its order is kept.
 */
export function shareLinks(name: string, links: readonly Output[]): Output {
  const [only] = links
  if (links.length === 1 && only !== undefined) return only
  const choose = (connection: ConnectionId) => Math.floor(hashFraction(connection) * links.length)
  return {
    name,
    write(batch) {
      const shares = links.map((): Message[] => [])
      for (const message of batch) shares[choose(message.connection)]!.push(message)
      links.forEach((link, index) => {
        if (shares[index]!.length > 0) link.write(shares[index]!)
      })
    },
    ended(connections) {
      for (const connection of connections) links[choose(connection)]!.ended?.([connection])
    },
    tick: (now) => {
      for (const link of links) link.tick(now)
    },
    idle: () => links.every((link) => link.idle()),
    queuedBytes: () => links.reduce((sum, link) => sum + (link.queuedBytes?.() ?? 0), 0),
    close: async () => {
      await Promise.all(links.map((link) => link.close()))
    },
  }
}
