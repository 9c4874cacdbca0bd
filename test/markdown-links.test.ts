// Whoever reads the documents gets where their links say.
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const pages = ['*.md', '{docs,shop,bench,deploy,changes}/**/*.md'].flatMap((pattern) =>
  globSync(pattern, { cwd: root }),
)

/** Targets of links and images; what stands in code is none. */
function listLinks(markdown: string): readonly string[] {
  const prose = markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)].map(([, target]) => target!)
}

/** As GitHub names the place of a heading. */
function listAnchors(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Null where the link leads somewhere. */
function findTrouble(page: string, link: string): string | null {
  if (/^[a-z]+:/.test(link)) return null
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : join(dirname(page), decodeURI(path))
  if (!existsSync(join(root, target))) return `${page}: ${link} is not there`
  if (anchor === undefined) return null
  const anchors = listAnchors(readFileSync(join(root, target), 'utf8'))
  return anchors.includes(anchor) ? null : `${page}: ${link} has no such heading`
}

test('every relative link of the documents leads somewhere', () => {
  const links = pages.flatMap((page) =>
    listLinks(readFileSync(join(root, page), 'utf8')).map((link) => ({ page, link })),
  )
  assert.ok(links.length > 100, `${links.length}`)
  const troubles = links.map(({ page, link }) => findTrouble(page, link))
  assert.deepEqual(
    troubles.filter((trouble) => trouble !== null),
    [],
  )
})

test('a link that leads nowhere is found', () => {
  assert.deepEqual(listLinks('[a](b.md) `[c](d.md)` ![e](f.png "g")'), ['b.md', 'f.png'])
  assert.equal(findTrouble('README.md', 'CHANGELOG.md'), null)
  assert.match(findTrouble('docs/ledger.md', 'nowhere.md')!, /is not there/)
  assert.match(findTrouble('docs/ledger.md', '#nowhere')!, /no such heading/)
})

test('README and guides are there in English and Chinese, with as many headings', () => {
  const english = pages.filter((page) => /^(README|docs\/guides\/[\w-]+)\.md$/.test(page))
  assert.ok(english.length >= 10)
  for (const page of english) {
    const chinese = page.replace(/\.md$/, '.zh-CN.md')
    const levelsOf = (path: string) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(/^#+(?= )/gm)].map(([level]) => level)
    assert.deepEqual(levelsOf(chinese), levelsOf(page), page)
  }
})
