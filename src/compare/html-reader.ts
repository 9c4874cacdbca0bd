// Reads HTML as a browser does: comments dropped, classes as sets, inline scripts by their digest,
// inputs and metas by their names, text as it shows.
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import type { Defect } from './body-decoder.ts'
import { readLines } from './flat-readers.ts'
import { digestOf, MarkupBuilder } from './markup-builder.ts'
import { listOf, type Node } from './node.ts'

const depthMax = 400

/** More elements open at once cost the parser quadratic time. */
const openElementsMax = 2_000

/** The document, or where it is nested too deep, its lines. */
export function readHtml(text: string): { readonly root: Node; readonly defect: Defect | null } {
  const tooDeep = { kind: 'malformed', what: 'nested too deep' } as const
  if (countOpenElements(text) > openElementsMax) return { root: readLines(text), defect: tooDeep }
  const builder = new MarkupBuilder()
  const isWhole = addChildren(builder, parse(text).childNodes, false)
  return { root: builder.finish(), defect: isWhole ? null : tooDeep }
}

/** Whether none was nested too deep; what is, is left out. */
function addChildren(
  builder: MarkupBuilder,
  nodes: readonly DefaultTreeAdapterTypes.ChildNode[],
  keepsBlanks: boolean,
): boolean {
  let isWhole = true
  for (const node of nodes) {
    if (node.nodeName === '#text' && 'value' in node) {
      const text = keepsBlanks ? node.value : node.value.replace(/\s+/g, ' ').trim()
      if (text.trim() !== '') builder.text(text, ' ')
    } else if ('tagName' in node) {
      if (!addElement(builder, node, keepsBlanks)) isWhole = false
    }
  }
  return isWhole
}

function addElement(
  builder: MarkupBuilder,
  element: DefaultTreeAdapterTypes.Element,
  keepsBlanks: boolean,
): boolean {
  if (builder.depth() >= depthMax) return false
  const tag = element.tagName
  builder.open(nameOf(element), element.attrs.map(attributeOf))
  const children = 'content' in element ? contentOf(element) : element.childNodes
  let isWhole = true
  if (tag === 'script' || tag === 'style') addCode(builder, element)
  else isWhole = addChildren(builder, children, keepsBlanks || tag === 'pre' || tag === 'textarea')
  builder.close()
  return isWhole
}

function contentOf(element: DefaultTreeAdapterTypes.Element) {
  const template = element as DefaultTreeAdapterTypes.Template
  return template.content.childNodes
}

/** Data in a script is kept, so that it can be opened; code is compared as a whole. */
function addCode(builder: MarkupBuilder, element: DefaultTreeAdapterTypes.Element): void {
  const code = element.childNodes.map((node) => ('value' in node ? node.value : '')).join('')
  if (code.trim() === '') return
  const isData = element.attrs.some(({ name, value }) => name === 'type' && /json/.test(value))
  builder.text(isData ? code.trim() : digestOf(code.trim()), ' ')
}

/** Fields that a form sends, and metas, are known by their names wherever they stand. */
function nameOf(element: DefaultTreeAdapterTypes.Element): string {
  const { tagName, attrs } = element
  if (!/^(input|meta|select|textarea)$/.test(tagName)) return tagName
  const name = attrs.find((attribute) => attribute.name === 'name')?.value
  return name === undefined ? tagName : `${tagName}[${name}]`
}

function attributeOf({ name, value }: { name: string; value: string }): readonly [string, Node] {
  if (name !== 'class') return [name, value]
  const classes = new Set(value.split(/\s+/).filter((part) => part !== ''))
  return [name, listOf([...classes].sort())]
}

const endsByItself = new Set(
  (
    'area base br col embed hr img input link meta param source track wbr ' +
    'p li dt dd tr td th option optgroup thead tbody tfoot colgroup'
  ).split(' '),
)

/** How many elements at most are open at once, for those that only an end tag closes. */
function countOpenElements(text: string): number {
  let open = 0
  let most = 0
  for (const [, end, name] of text.matchAll(/<(\/?)([a-z][a-z0-9-]*)/gi)) {
    if (endsByItself.has(name!.toLowerCase())) continue
    open = end === '/' ? Math.max(0, open - 1) : open + 1
    if (open > most) most = open
  }
  return most
}
