// A value as a short text, for people: strings as they are, the rest as JSON, cut where it is long.
import type { Node } from './node.ts'

const textLengthMax = 80

/** At most 81 code units; null for what is absent. */
export function shortText(node: Node | undefined): string | null {
  return node === undefined
    ? null
    : cut(typeof node === 'string' ? node : write(node, textLengthMax))
}

/** Cut to what is shown, as a copy: a part of a text keeps the whole text in memory. */
export function cut(text: string): string {
  if (text.length < slicedLengthMin) return text
  if (text.length <= textLengthMax) return Buffer.from(text).toString()
  return `${Buffer.from(text.slice(0, textLengthMax)).toString()}…`
}

/** Shorter parts are copies by themselves. */
const slicedLengthMin = 13

/** JSON, as far as the room goes. */
function write(node: Node, room: number): string {
  if (room <= 0) return '…'
  if (typeof node === 'string') return JSON.stringify(node.slice(0, room + 1))
  if (typeof node !== 'object' || node === null) return String(node)
  switch (node.tag) {
    case 'number':
      return node.text
    case 'bytes':
      return `${node.length} bytes ${node.magic} ${node.digest.slice(0, 16)}`
    case 'list': {
      const items = writeAll(node.items.length, room, (index, left) => {
        return write(node.items[index]!, left)
      })
      return `[${items}]`
    }
    case 'object':
      return `{${writeAll(node.keys.length, room, (index, left) => {
        const key = JSON.stringify(node.keys[index])
        return `${key}:${write(node.values[index]!, left - key.length)}`
      })}}`
  }
}

function writeAll(
  count: number,
  room: number,
  writeOne: (index: number, left: number) => string,
): string {
  let text = ''
  for (let index = 0; index < count; index++) {
    if (text.length >= room) return `${text},…`
    text += (index === 0 ? '' : ',') + writeOne(index, room - text.length)
  }
  return text
}
