import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeFolder } from './make-folder.ts'

/** Folders and files by path; below `refusing`, nothing can be made. */
function createFiles(folders: readonly string[], files: readonly string[] = [], refusing = '') {
  const known = new Set(folders)
  const made: string[] = []
  return {
    made,
    stat: async (path: string) => {
      if (!known.has(path) && !files.includes(path)) throw new Error(`no ${path}`)
      return { isDirectory: () => known.has(path) }
    },
    mkdir: async (path: string) => {
      if (refusing !== '' && path.startsWith(refusing)) throw new Error('ENOENT')
      if (files.includes(path)) throw new Error('EEXIST')
      known.add(path)
      made.push(path)
    },
  }
}

const made: readonly [path: string, there: readonly string[], made: readonly string[]][] = [
  ['/a/b/c', ['/', '/a'], ['/a/b', '/a/b/c']],
  ['/a', ['/', '/a'], []],
  ['a/b', [], ['a', 'a/b']],
  ['../a', ['..'], ['../a']],
  ['.', ['.'], []],
]

for (const [path, there, expected] of made) {
  test(`of ${path}, where there is ${there.join(' ') || 'nothing'}, what is missing is made`, async () => {
    const files = createFiles(there)
    await makeFolder(path, files)
    assert.deepEqual(files.made, expected)
  })
}

test('where a folder cannot be made, it is asked for once, and the error is passed on', async () => {
  const files = createFiles(['/', '/proc'], [], '/proc/')
  await assert.rejects(makeFolder('/proc/none/run', files), /ENOENT/)
  assert.deepEqual(files.made, [])
})

test('a file in the place of a folder is an error', async () => {
  await assert.rejects(makeFolder('/a/b', createFiles(['/', '/a'], ['/a/b'])), /EEXIST/)
})

test('a folder that another program makes meanwhile is as good', async () => {
  const files = createFiles(['/'])
  const mkdir = async (path: string) => {
    await files.mkdir(path)
    throw new Error('EEXIST')
  }
  await makeFolder('/a/b', { ...files, mkdir })
  assert.deepEqual(files.made, ['/a', '/a/b'])
})
