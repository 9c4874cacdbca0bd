// The demo in its short form: what a user sees first has to work.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startChild, waitUntil } from '../../scripts/child.ts'
import type { RunOverview, StressViews } from '../../src/model/console.ts'

async function ask<T>(console: string, what: string): Promise<T> {
  const response = await fetch(`${console}api/runs/run/${what}`)
  assert.equal(response.status, 200, await response.clone().text())
  return (await response.json()) as T
}

test('the demo names the bug, loses nothing, says how much the candidate bears, and all is seen in a browser', async () => {
  const main = fileURLToPath(new URL('../../demo/main.ts', import.meta.url))
  await using demo = startChild({ command: process.execPath, args: [main, '--short', '--keep'] })
  const told = async (pattern: RegExp) => {
    await waitUntil(demo, `${pattern}`, () => pattern.test(demo.output()))
    return pattern.exec(demo.output())![1]!
  }
  const live = await told(/^Watch it in a browser: (http:\S+)/m)
  assert.equal((await ask<RunOverview>(live, 'overview')).live, true)

  const [over, goesOn] = [await told(/capacity: (http:\S+)$/m), await told(/come: +(http:\S+)$/m)]
  const output = demo.output()
  assert.match(output, /^Verdict: FAIL\. [\d,]+ exchanges were compared/m)
  assert.match(output, /^ {2}1\. .*\$\.price/m)
  assert.match(output.replaceAll('\n', ' '), /It is the first of these\./)
  assert.match(output, /^The sums agree, and 0 messages were lost:$/m)
  assert.match(output.replaceAll('\n', ' '), /candidate http:\S+ bears [\d.]+× of normal/)
  const wide = output.split('\n').filter((line) => line.length > 100)
  assert.deepEqual(wide, [])

  assert.equal(over, live)
  const { verdict, exchanges } = await ask<RunOverview>(over, 'overview')
  assert.equal(verdict?.verdict, 'fail')
  assert.ok(exchanges > 200)
  assert.equal((await ask<StressViews>(over, 'capacity')).views.length, 1)
  assert.equal((await ask<RunOverview>(goesOn, 'overview')).live, true)
  assert.equal(await demo.stop('SIGINT'), 0, demo.output())
})
