import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { RequestExchange } from '../../model/script-api.ts'
import { watchScript } from './script-watch.ts'

/** Ends by itself, or when it is killed. */
function runHook(hook: string) {
  const code = `
    import { watchScript } from ${JSON.stringify(new URL('./script-watch.ts', import.meta.url))}
    const times = { lookEachMillis: 100, looksMax: 5 }
    const script = watchScript({ request() { ${hook} } }, 'shape.ts', times)
    process.on('SIGINT', () => {})
    script.request({})
    console.log('returned')`
  const folder = mkdtempSync(join(tmpdir(), 'script-watch-'))
  try {
    const path = join(folder, 'run.mjs')
    writeFileSync(path, code)
    return spawnSync(process.execPath, [path], { encoding: 'utf8', timeout: 60_000 })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a hook that never returns ends the process, with a line', () => {
  const { signal, stderr } = runHook('for (;;);')
  assert.equal(signal, 'SIGKILL')
  assert.match(
    stderr,
    /a hook of the script shape\.ts has not returned for 0\.5 s; this ends the run/,
  )
})

test('a hook that returns or throws is left alone, and the watch keeps nothing alive', () => {
  const { status, stdout } = runHook('return null')
  assert.deepEqual([status, stdout], [0, 'returned\n'])
  const { status: thrown, stderr } = runHook('throw new Error("odd")')
  assert.equal(thrown, 1)
  assert.match(stderr, /Error: odd/)
})

test('hooks are called as they were exported, and those that are missing stay so', () => {
  const script = {
    kept: null,
    request() {
      return this.kept
    },
  }
  const watched = watchScript(script, '')
  assert.deepEqual(Object.keys(watched), ['request'])
  assert.equal(watched.request!({} as RequestExchange), null)
})
