import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OperatorError } from '../model/operator-error.ts'
import type { Rule } from '../model/rule.ts'
import { RulesEditor } from './rules-editor.ts'

const accept: Rule = { action: 'accept', endpoint: '*', path: '$.total', reason: 'new tax' }
const today = '2026-01-31'
const written = `# Ours.
version: 1
rules:
  - action: accept # agreed
    path: $.total
    reason: new tax
`

function createFile(text = '') {
  const file = {
    path: 'rules.yaml',
    text,
    read: async () => file.text,
    write: async (changed: string) => {
      file.text = changed
    },
  }
  return file
}

const pathsOf = (editor: RulesEditor) => editor.rules().map(({ path }) => path)

test('a change is written at once, with the day it was made, and comments stay', async () => {
  const file = createFile(written)
  const editor = await RulesEditor.open(file)
  await editor.change({ kind: 'add', rule: { ...accept, path: '$.a' } }, today)
  assert.match(file.text, /^# Ours\.[\s\S]*# agreed[\s\S]*path: \$\.a[\s\S]*added: 2026-01-31/)
  assert.deepEqual(pathsOf(editor), ['$.total', '$.a'])
})

test('every change can be taken back, the last one first', async () => {
  const file = createFile(written)
  const editor = await RulesEditor.open(file)
  await editor.change({ kind: 'remove', index: 0, name: 'accept * $.total' }, today)
  await editor.change({ kind: 'add', rule: { ...accept, path: '$.a' } }, today)
  assert.equal(editor.undoable(), 2)
  await editor.change({ kind: 'undo' }, today)
  assert.deepEqual(pathsOf(editor), [])
  await editor.change({ kind: 'undo' }, today)
  assert.deepEqual([file.text, pathsOf(editor), editor.undoable()], [written, ['$.total'], 0])
})

test('changes of several pages are made one after another', async () => {
  const editor = await RulesEditor.open(createFile())
  const paths = ['$.a', '$.b', '$.c']
  await Promise.all(
    paths.map((path) => editor.change({ kind: 'add', rule: { ...accept, path } }, today)),
  )
  assert.deepEqual(pathsOf(editor), paths)
})

test('what was written into the file elsewhere stays, and is not undone', async () => {
  const file = createFile()
  const editor = await RulesEditor.open(file)
  await editor.change({ kind: 'add', rule: accept }, today)
  file.text = written
  await editor.change({ kind: 'add', rule: { ...accept, path: '$.a' } }, today)
  assert.match(file.text, /# Ours/)
  await editor.change({ kind: 'undo' }, today)
  assert.equal(file.text, written)
  await assert.rejects(editor.change({ kind: 'undo' }, today), OperatorError)
})

test('what cannot be changed is refused, and nothing changes', async () => {
  const file = createFile(written)
  const editor = await RulesEditor.open(file)
  const refused = [
    { kind: 'undo' },
    { kind: 'remove', index: 0, name: 'accept * $.other' },
    { kind: 'remove', index: 5, name: 'accept * $.total' },
    { kind: 'add', rule: { ...accept, reason: '' } },
  ] as const
  for (const change of refused) {
    await assert.rejects(editor.change(change, today), OperatorError)
  }
  assert.deepEqual([file.text, pathsOf(editor)], [written, ['$.total']])
})

test('a file that cannot be written leaves the rules as they were', async () => {
  const file = createFile(written)
  const write = async () => {
    throw new OperatorError('cannot-write', 'no space', 'make room')
  }
  const editor = await RulesEditor.open({ path: file.path, read: file.read, write })
  const change = { kind: 'add', rule: { ...accept, path: '$.a' } } as const
  await assert.rejects(editor.change(change, today), OperatorError)
  assert.deepEqual([pathsOf(editor), editor.undoable()], [['$.total'], 0])
})

test('what was written elsewhere holds when it is caught up with', async () => {
  const file = createFile()
  const editor = await RulesEditor.open(file)
  file.text = written
  await editor.catchUp()
  assert.deepEqual([pathsOf(editor), editor.revision(), editor.trouble()], [['$.total'], 1, null])
})

test('rules that cannot be read leave those before, and say why until they can', async () => {
  const file = createFile(written)
  const editor = await RulesEditor.open(file)
  file.text = 'rules: ['
  await editor.catchUp()
  assert.match(editor.trouble() ?? '', /^rules\.yaml: /)
  assert.deepEqual([pathsOf(editor), editor.revision()], [['$.total'], 0])
  await assert.rejects(editor.change({ kind: 'add', rule: accept }, today), OperatorError)
  file.text = written
  await editor.catchUp()
  assert.equal(editor.trouble(), null)
})
