// The demo in its short form: what a user sees first has to work.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startChild } from '../../scripts/child.ts'

test('the demo names the bug, loses nothing, and says how much the candidate bears', async () => {
  const main = fileURLToPath(new URL('../../demo/main.ts', import.meta.url))
  const demo = startChild({ command: process.execPath, args: [main, '--short'] })
  const status = await demo.exited
  const output = demo.output()
  assert.equal(status, 0, output)
  assert.match(output, /^Verdict: FAIL, after \d+ exchanges/m)
  assert.match(output, /^ {2}1\. .*\$\.price/m)
  assert.match(output, /^It is the first cause above\.$/m)
  assert.match(output, /^The sums agree, and 0 messages were lost:$/m)
  assert.match(output, /^candidate http:\S+ bears /m)
})
