// A decoded body in canonical form, whatever its format.
import { createHash } from 'node:crypto'
import type { Defect } from './body-decoder.ts'
import { readEventStream, readForm, readJsonLines, readLines } from './flat-readers.ts'
import { readHtml } from './html-reader.ts'
import { defaultJsonLimits, type JsonOutcome, readJson } from './json-reader.ts'
import { type BodyFormat, chooseFormat, type MediaType } from './media-type.ts'
import { splitMultipart } from './multipart-reader.ts'
import { type BytesNode, listOf, type Node, objectOf } from './node.ts'
import { decodeText } from './text-decoder.ts'
import { readXml } from './xml-reader.ts'

export interface CanonicalBody {
  readonly format: BodyFormat
  /** Undefined for an empty body. */
  readonly root: Node | undefined
  /** The charset of a text, lower case; empty for anything else. */
  readonly charset: string
  /** Null where the body is what its format promises. */
  readonly defect: Defect | null
}

/** What a format's reader makes of a text. */
export interface TextOutcome {
  readonly root: Node
  readonly defect: Defect | null
}

const sniffedBytes = 256

/** Reads a body; one that is malformed comes back as its lines, with what is wrong. */
export function readBody(bytes: Buffer, media: MediaType): CanonicalBody {
  return readNested(bytes, media, 0)
}

/** Canonical form of bytes that are not looked into. */
export function bytesNode(bytes: Uint8Array): BytesNode {
  const magic = Buffer.from(bytes.subarray(0, 8)).toString('hex')
  const digest = createHash('sha256').update(bytes).digest('hex')
  return { tag: 'bytes', length: bytes.length, magic, digest }
}

function readNested(bytes: Buffer, media: MediaType, depth: number): CanonicalBody {
  if (bytes.length === 0) return { format: 'empty', root: undefined, charset: '', defect: null }
  const format = chooseFormat(media, bytes.toString('latin1', 0, sniffedBytes))
  if (format === 'binary') return { format, root: bytesNode(bytes), charset: '', defect: null }
  if (format === 'multipart') {
    if (depth > 0) return { format, root: bytesNode(bytes), charset: '', defect: null }
    return readMultipart(bytes, media)
  }
  const text = decodeText(bytes, media.parameters.get('charset'))
  const isDeclared = media.type !== '' && !media.type.startsWith('text/plain')
  const { root, defect } = readText(text.text, format)
  if (defect !== null && format === 'json' && !isDeclared) {
    return { format: 'text', root, charset: text.charset, defect: text.defect }
  }
  return { format, root, charset: text.charset, defect: defect ?? text.defect }
}

function readText(text: string, format: BodyFormat): TextOutcome {
  switch (format) {
    case 'json':
      return fromJson(readJson(text, defaultJsonLimits), text)
    case 'json-lines':
      return readJsonLines(text)
    case 'events':
      return readEventStream(text)
    case 'xml':
      return readXml(text)
    case 'html':
      return readHtml(text)
    case 'form':
      return { root: readForm(text), defect: null }
    default:
      return { root: readLines(text), defect: null }
  }
}

function fromJson(outcome: JsonOutcome, text: string): TextOutcome {
  if (outcome.kind === 'read') return { root: outcome.node, defect: null }
  const what = `${outcome.what} at ${outcome.offset}`
  return { root: readLines(text), defect: { kind: 'malformed', what } }
}

function readMultipart(bytes: Buffer, media: MediaType): CanonicalBody {
  const { parts, defect } = splitMultipart(bytes, media.parameters.get('boundary') ?? '')
  const byName = new Map<string, Node[]>()
  for (const part of parts) {
    const body = readNested(part.body, part.media, 1)
    const keys = ['type', 'body']
    const values: Node[] = [part.media.type, body.root ?? '']
    if (part.fileName !== null) {
      keys.push('filename')
      values.push(part.fileName)
    }
    const list = byName.get(part.name) ?? []
    list.push(objectOf(keys, values))
    byName.set(part.name, list)
  }
  const values = [...byName.values()].map((list) => (list.length === 1 ? list[0]! : listOf(list)))
  return { format: 'multipart', root: objectOf([...byName.keys()], values), charset: '', defect }
}
