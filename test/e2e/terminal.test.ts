// How a run is told of: to a terminal, to a pipe, to a log.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { startChild } from '../../scripts/child.ts'
import { ensureCommand } from '../../scripts/system-packages.ts'
import { command, runRehearsal } from '../support/rehearsal.ts'

const run = ['--input-dummy', '50', '--output-null', '--exit-after', '3s']
const bold = '\x1b[1m'

/** What a terminal of 100 columns gets. */
async function runOnTerminal(args: readonly string[], variables = ''): Promise<string> {
  const line = `stty cols 100 rows 30; ${variables} ${command} ${args.join(' ')}`
  const script = startChild({
    // Under continuous integration Node takes no terminal for a coloured one.
    through: ['env', '-u', 'CI', 'TERM=xterm-256color'],
    command: ensureCommand('script'),
    args: ['-qec', line, '/dev/null'],
  })
  assert.equal(await script.exited, 0, script.output())
  return script.output()
}

describe('a run is told of', { concurrency: 5 }, () => {
  test('a terminal shows one block that is drawn over, and the summary in its place', async () => {
    const output = await runOnTerminal(run)
    const [first, ...drawn] = output.split('\x1b[4A\r')
    assert.match(first!, /running: --input-dummy 50/)
    assert.ok(drawn.length >= 2, JSON.stringify(output))
    for (const block of [first!, drawn[0]!]) {
      const plain = stripVTControlCharacters(block)
      assert.match(
        plain,
        /rehearsal {2}00:00:0\d\r\n {2}captured +\d+\/s +\d+ in all\r\n {2}to +--out/,
      )
    }
    assert.ok(drawn[0]!.includes(bold))
    assert.ok(drawn.at(-1)!.startsWith('\x1b[Jcaptured '))
  })

  test('NO_COLOR takes the colours, not the block', async () => {
    const output = await runOnTerminal(run, 'NO_COLOR=1')
    assert.ok(!output.includes(bold))
    assert.ok(output.includes('\x1b[4A\r'))
  })

  test('a pipe gets plain lines, on request one a second', async () => {
    const { output } = await runRehearsal([...run, '--stats'])
    assert.ok(!output.includes('\x1b'))
    assert.match(output, /^\d\d:\d\d:\d\d captured \d+\/s \| --output-null delivered \d+\/s$/m)
  })

  test('--quiet prints nothing of a run that goes well, also on a terminal', async () => {
    assert.equal((await runRehearsal([...run, '--quiet'])).output, '')
    assert.equal(await runOnTerminal([...run, '--quiet']), '')
  })

  test('--log-format json writes an object a line, with the ledger, and complaints as warnings', async () => {
    const { output } = await runRehearsal([
      ...[...run, '--output-tcp', '127.0.0.1:1', '--stats', '--log-format', 'json'],
    ])
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.ok(lines.length >= 4)
    assert.deepEqual(new Set(lines.map(({ name }) => name)), new Set(['rehearsal']))
    const complaint = lines.find(({ level }) => level === 40)
    assert.match(complaint.msg, /^cannot reach 127\.0\.0\.1:1: /)
    const { msg, ledger } = lines.at(-1)
    assert.equal(msg, 'the run is over')
    assert.ok(ledger.captured > 0)
  })
})
