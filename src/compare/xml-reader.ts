// Reads XML: attributes unordered, namespaces resolved, white space between elements dropped. A
// document type is not read, so that no entity expands (XML 1.0; Namespaces in XML 1.0).
import { SaxesParser, type SaxesTagNS } from 'saxes'
import type { Defect } from './body-decoder.ts'
import { readLines } from './flat-readers.ts'
import { MarkupBuilder } from './markup-builder.ts'
import type { Node } from './node.ts'

const depthMax = 400

/** The document, or its lines and what is wrong with it. */
export function readXml(text: string): { readonly root: Node; readonly defect: Defect | null } {
  const builder = new MarkupBuilder()
  const namespaces: string[] = ['']
  const parser = new SaxesParser({ xmlns: true, position: false })
  let wrong: string | null = null
  parser.on('error', (error) => {
    wrong ??= error.message
  })
  parser.on('opentag', (tag) => {
    if (builder.depth() >= depthMax) wrong ??= 'nested too deep'
    if (wrong !== null) return
    builder.open(tag.local, attributesOf(tag, namespaces.at(-1)!))
    namespaces.push(tag.uri)
  })
  const addText = (part: string) => {
    if (wrong === null && part.trim() !== '') builder.text(part, '')
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    if (wrong !== null) return
    builder.close()
    namespaces.pop()
  })
  for (let at = 0; at < text.length && wrong === null; at += chunkLength) {
    parser.write(text.slice(at, at + chunkLength))
  }
  if (wrong === null) parser.close()
  if (wrong === null) return { root: builder.finish(), defect: null }
  return { root: readLines(text), defect: { kind: 'malformed', what: wrong } }
}

/** Read in parts, so that reading stops soon after what is wrong. */
const chunkLength = 4_096

/** Attributes by namespace and name; the element's own namespace where it is not its parent's. */
function attributesOf(tag: SaxesTagNS, parentUri: string): readonly (readonly [string, Node])[] {
  const attributes: [string, Node][] = []
  if (tag.uri !== parentUri) attributes.push(['xmlns', tag.uri])
  for (const attribute of Object.values(tag.attributes)) {
    if (attribute.prefix === 'xmlns' || attribute.name === 'xmlns') continue
    const { uri, local, value } = attribute
    attributes.push([uri === '' ? local : `{${uri}}${local}`, value])
  }
  return attributes
}
