// What pages and XML documents issue: hidden fields, tokens for scripts, links, and elements.
// Nothing is parsed into a tree: tags are found where they stand, within bounds.
import type { IssuedValues } from './correlate-issued-values.ts'
import { kindOfPath, maskPath } from './correlate-kinds.ts'
import { classifyName, isInteger } from './correlate-values.ts'

/** Tags of one document beyond are not looked at. */
const tagsMax = 20_000

/** Hidden fields and `meta` elements by name, and links whose form is the only one of its kind. */
export function findInHtml(text: string, issued: IssuedValues): void {
  const fields = new Map<string, Set<string>>()
  const links = new Map<string, string | null>()
  for (const { element, attributes } of findTags(text)) {
    if (element === 'a' || element === 'form') {
      const url = attributes.get(element === 'a' ? 'href' : 'action')
      if (url !== undefined && isPlace(url)) addLink(links, url)
      continue
    }
    const isHidden = element !== 'input' || attributes.get('type')?.toLowerCase() === 'hidden'
    const name = attributes.get('name') ?? attributes.get('id')
    const value = attributes.get(element === 'meta' ? 'content' : 'value')
    if (!isHidden || name === undefined || value === undefined) continue
    const values = fields.get(name) ?? new Set()
    fields.set(name, values.add(value))
  }
  for (const [name, values] of fields) offerFields(name, [...values], issued)
  for (const [form, url] of links) {
    if (url !== null) issued.addUrl(url, `html ${form}`, linkContext)
  }
}

interface Tag {
  readonly element: string
  readonly attributes: ReadonlyMap<string, string>
}

/** Longer tags are passed over. */
const tagBytesMax = 8_704

/** As many tags one counts that has no end. */
const endlessTagCost = 15

/** The tags of elements that may issue something. */
function* findTags(text: string): Generator<Tag> {
  let tags = 0
  const begin = /<(input|meta|a|form|button)(?=[\s/])/gi
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    if (++tags > tagsMax) return
    const end = findTagEnd(text, begin.lastIndex)
    if (end < 0) {
      // It was gone through for nothing.
      tags += endlessTagCost
      continue
    }
    const attributes = readAttributes(text.slice(begin.lastIndex, end))
    yield { element: match[1]!.toLowerCase(), attributes }
    begin.lastIndex = end
  }
}

/** The bracket that ends the tag, and not one within quotes; -1 where there is none. */
function findTagEnd(text: string, start: number): number {
  const last = Math.min(text.length, start + tagBytesMax)
  let quote = ''
  for (let at = start; at < last; at++) {
    const character = text[at]!
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === '>') return at
    else if (character === '"' || character === "'") quote = character
  }
  return -1
}

/** Of attributes of one name the first counts, as in browsers. */
function readAttributes(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>()
  for (const match of text.matchAll(attributePattern)) {
    const name = match[1]!.toLowerCase()
    const value = match[2] ?? match[3] ?? match[4] ?? ''
    if (!attributes.has(name)) attributes.set(name, unescapeMarkup(value))
  }
  return attributes
}

const attributePattern = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g

/** What a client may ask this server for. */
function isPlace(url: string): boolean {
  return !url.startsWith('#') && !/^(?!https?:)[a-z][a-z\d+.-]*:/i.test(url)
}

const linkContext = { inBody: true, inList: false, beside: null }

/** Fields of one name are a list where they differ. */
function offerFields(name: string, values: readonly string[], issued: IssuedValues): void {
  const kinds = [classifyName(name).kind || kindOfPath]
  const inList = values.length > 1
  values.forEach((value, index) => {
    const position = inList ? `html ${name} ${index}` : `html ${name}`
    issued.offer(name, value, { position, kinds, inBody: true, inList, beside: null })
  })
}

/** Of links that differ in their values alone, which is which cannot be said: null. */
function addLink(links: Map<string, string | null>, url: string): void {
  const form = maskPath(url)
  const known = links.get(form)
  links.set(form, known === undefined || known === url ? url : null)
}

function unescapeMarkup(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (whole, ...groups) => {
      const [decimal, hex, name] = groups as (string | undefined)[]
      if (name !== undefined) return entities[name.toLowerCase()]!
      const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal)
      return code < 0x80 ? String.fromCharCode(code) : whole
    },
  )
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/** Texts of elements that hold nothing else, and attributes, by the way to their element. */
export function findInXml(text: string, issued: IssuedValues): void {
  const reader = new XmlReader(issued)
  let tags = 0
  for (const tag of text.matchAll(
    /<(\/?)([\w:.-]{1,64})(?=[\s/>])([^<>]{0,4096}?)(\/?)>([^<]{0,8192})/g,
  )) {
    if (++tags > tagsMax) break
    if (tag[1] === '/') reader.close()
    else if (!reader.open(tag[2]!, tag[3]!, tag[4] === '/', tag[5]!.trim())) break
  }
}

interface XmlElement {
  readonly name: string
  readonly children: Map<string, number>
  readonly beside: { from: number; to: number }
  readonly inList: boolean
}

/** Deeper documents are not read to their end. */
const depthMax = 64

class XmlReader {
  readonly #issued: IssuedValues
  readonly #open: XmlElement[] = []

  constructor(issued: IssuedValues) {
    this.#issued = issued
  }

  /** False where the document is too deep. */
  open(name: string, attributes: string, isClosed: boolean, text: string): boolean {
    const parent = this.#open.at(-1)
    if (this.#open.length === depthMax) return false
    const localName = name.slice(name.indexOf(':') + 1)
    const count = (parent?.children.get(localName) ?? 0) + 1
    parent?.children.set(localName, count)
    const from = this.#issued.plains.length
    // Invariant: the end is set when the element closes; until then it is open to the end.
    const beside = { from, to: Number.POSITIVE_INFINITY }
    const step = count === 1 ? localName : `${localName}[${count}]`
    const inList = count > 1 || (parent?.inList ?? false)
    const element = { name: step, children: new Map<string, number>(), beside, inList }
    this.#open.push(element)
    for (const { 1: key, 2: value } of attributes.matchAll(/([\w:.-]+)\s*=\s*["']([^"']*)["']/g)) {
      this.#leaf(`@${key}`, key!, value!, element, localName)
    }
    if (text !== '' && !isClosed) this.#leaf('', localName, text, parent ?? element, parent?.name)
    if (isClosed) this.close()
    return true
  }

  close(): void {
    const element = this.#open.pop()
    if (element !== undefined) element.beside.to = this.#issued.plains.length
  }

  #leaf(
    step: string,
    name: string,
    value: string,
    around: XmlElement,
    aroundName: string | undefined,
  ): void {
    const position = `xml ${this.#open.map((element) => element.name).join('/')}${step}`
    const { kind } = classifyName(name)
    const kindAround = (aroundName ?? '').replace(/\[.*/, '').toLowerCase()
    const kinds = isInteger(value) ? [kind || kindAround || kindOfPath, kindOfPath] : []
    const { beside, inList } = around
    if (!this.#issued.offer(name, value, { position, kinds, inBody: true, inList, beside })) {
      this.#issued.addPlain(name, value)
    }
  }
}
