import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { Message } from '../model/message.ts'
import type { Output } from '../model/output.ts'
import { shareLinks } from './shared-link.ts'

class Link implements Output {
  readonly name = 'link'
  readonly written: Message[] = []
  ticks = 0
  isIdle = true
  closed = false

  write(batch: readonly Message[]): void {
    assert.ok(batch.length > 0)
    this.written.push(...batch)
  }

  tick(): void {
    this.ticks += 1
  }

  idle(): boolean {
    return this.isIdle
  }

  async close(): Promise<void> {
    this.closed = true
  }
}

test('all messages of a connection take one wire, in order, and every wire has its share', () => {
  const links = [new Link(), new Link(), new Link()]
  const output = shareLinks('three', links)
  const messages = Array.from({ length: 300 }, (_, index) =>
    createRequest({ connection: index % 30, sequence: Math.floor(index / 30) }),
  )
  output.write(messages)
  for (const { written } of links) {
    assert.ok(written.length > 0)
    for (const { connection } of written) {
      const own = written.filter((message) => message.connection === connection)
      assert.deepEqual(
        own.map(({ sequence }) => sequence),
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      )
    }
  }
  assert.equal(
    links.reduce((sum, { written }) => sum + written.length, 0),
    300,
  )
})

test('ticks and the end reach every wire, and it is idle when all are', async () => {
  const links = [new Link(), new Link()]
  const output = shareLinks('two', links)
  output.tick(5)
  assert.deepEqual(
    links.map(({ ticks }) => ticks),
    [1, 1],
  )
  links[1]!.isIdle = false
  assert.equal(output.idle(), false)
  await output.close()
  assert.ok(links.every(({ closed }) => closed))
})

test('a single wire is that wire', () => {
  const link = new Link()
  assert.equal(shareLinks('one', [link]), link)
})

test('the end of a connection takes the wire that its messages took', () => {
  const ends: string[][] = [[], [], []]
  const written: string[][] = [[], [], []]
  const links = ends.map((list, index) => ({
    ...new Link(),
    write: (batch: readonly Message[]) =>
      void written[index]!.push(...batch.map(({ connection }) => connection)),
    ended: (connections: readonly string[]) => void list.push(...connections),
    tick: () => {},
    idle: () => true,
    close: async () => {},
  }))
  const output = shareLinks('three', links)
  const messages = Array.from({ length: 30 }, (_, connection) => createRequest({ connection }))
  output.write(messages)
  output.ended!(messages.map(({ connection }) => connection))
  assert.deepEqual(ends, written)
})
