import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createReport } from '../../test/support/capacity.ts'
import { createCapacityReader } from './capacity-reports.ts'

const temporary = mkdtempSync(join(tmpdir(), 'rehearsal-reports-'))
after(() => rmSync(temporary, { recursive: true }))
const makeFolder = () => mkdtempSync(join(temporary, 'run-'))

test('reports of a capacity are read from a folder and from capacity in it', () => {
  const folder = makeFolder()
  const said: string[] = []
  const read = createCapacityReader((text) => said.push(text))
  assert.deepEqual(read(folder), { views: [], unreadable: [] })
  mkdirSync(join(folder, 'capacity'))
  for (const name of ['capacity.json', 'capacity/capacity.json']) {
    writeFileSync(join(folder, name), JSON.stringify(createReport()))
  }
  const { views, unreadable } = read(folder)
  assert.deepEqual([views.length, unreadable, said], [2, [], []])
})

const broken: readonly (readonly [string, RegExp])[] = [
  ['{"version": 1, ', /^it is no JSON \(/],
  ['{"version": 1}', /^it is no report of this version of rehearsal capacity \(.* at startedAt\)$/],
]
for (const [text, words] of broken) {
  test(`what stands in a file as ${text} is told with its reason, and said once`, () => {
    const folder = makeFolder()
    const file = join(folder, 'capacity.json')
    writeFileSync(file, text)
    const said: string[] = []
    const read = createCapacityReader((line) => said.push(line))
    read(folder)
    const { views, unreadable } = read(folder)
    assert.deepEqual([views, unreadable.map((one) => one.file)], [[], [file]])
    assert.match(unreadable[0]!.why, words)
    assert.doesNotMatch(unreadable[0]!.why, /\n/)
    assert.deepEqual(said, [`rehearsal: ${file} is not shown: ${unreadable[0]!.why}`])
  })
}

test('a file that cannot be opened is told with the reason', () => {
  const folder = makeFolder()
  mkdirSync(join(folder, 'capacity.json'))
  const { unreadable } = createCapacityReader(() => {})(folder)
  assert.match(unreadable[0]!.why, /EISDIR/)
})
