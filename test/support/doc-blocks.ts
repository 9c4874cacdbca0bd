// The commands of a Markdown page that a test is to run: fenced blocks marked `test`.
//
//     ```sh test              each command runs to its end, with exit code 0
//     ```sh test exit=1       so the last of them ends
//     ```sh test live         all run together, on live traffic, until they are interrupted
//     ```sh test live hosts=5 what runs on the production host runs on five of them
//     ```yaml test live       the `args` of the containers in a Kubernetes manifest, likewise

import { parseAllDocuments } from 'yaml'

export interface DocBlock {
  /** From 1: where its fence stands. */
  readonly line: number
  readonly language: string
  readonly isTested: boolean
  readonly isLive: boolean
  readonly hosts: number
  readonly exit: number
  /** Without comments, lines that a backslash continues joined. */
  readonly commands: readonly string[]
}

/** All fenced blocks of a page, in order. */
export function readDocBlocks(markdown: string): readonly DocBlock[] {
  const found: DocBlock[] = []
  const fence = /^```(.*)\n([\s\S]*?)^```$/gm
  for (const { index, 1: head = '', 2: body = '' } of markdown.matchAll(fence)) {
    const [language = '', ...marks] = head.trim().split(' ')
    const numberOf = (name: string) =>
      marks.flatMap((mark) => (mark.startsWith(`${name}=`) ? [Number(mark.split('=')[1])] : []))[0]
    found.push({
      line: markdown.slice(0, index).split('\n').length,
      language,
      isTested: marks.includes('test'),
      isLive: marks.includes('live'),
      hosts: numberOf('hosts') ?? 1,
      exit: numberOf('exit') ?? 0,
      commands: language === 'yaml' ? commandsOfManifest(body) : commandsOf(body),
    })
  }
  return found
}

function commandsOf(body: string): readonly string[] {
  return body
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/(^|\s+)#\s.*$/, '').trim())
    .filter((line) => line !== '')
}

/** Containers that may capture run as root does, the others as anyone. */
function commandsOfManifest(body: string): readonly string[] {
  return parseAllDocuments(body).flatMap((document) => containersIn(document.toJS()))
}

interface Container {
  readonly args: readonly string[]
  readonly securityContext?: { readonly capabilities?: { readonly add?: readonly string[] } }
}

function containersIn(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return []
  if (Array.isArray(node)) return node.flatMap(containersIn)
  const within = Object.values(node).flatMap(containersIn)
  if (!('args' in node)) return within
  const { args, securityContext } = node as Container
  const captures = securityContext?.capabilities?.add?.includes('NET_RAW') === true
  const words = args.map((word) => `'${word}'`).join(' ')
  return [...within, `${captures ? 'sudo ' : ''}rehearsal ${words}`]
}
