// What kind of answer it is, for telling endpoints apart: status, media type, outermost keys.
import type { CanonicalAnswer } from './canonical-answer.ts'
import { readMediaType } from './media-type.ts'
import type { Node } from './node.ts'

const keysMax = 24

/** As `200 application/json {id,name}`; a list shows its first element; empty for no answer. */
export function signatureOf(answer: CanonicalAnswer | undefined): string {
  const head = answer?.head
  if (answer === undefined || head == null) return ''
  const { type } = readMediaType(head.fields.get('content-type'))
  return `${head.status} ${type} ${shapeOf(answer.body().root)}`.trimEnd()
}

function shapeOf(node: Node | undefined): string {
  if (typeof node !== 'object' || node === null) return ''
  if (node.tag === 'list') return `[${shapeOf(node.items[0])}]`
  if (node.tag !== 'object') return ''
  const keys = node.keys.filter((key) => key.length <= 64 && !/^\d+$/.test(key))
  return `{${keys.slice(0, keysMax).sort().join(',')}}`
}
