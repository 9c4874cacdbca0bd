import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPoint, createRunInfo } from '../../test/support/run-folders.ts'
import { createSampleRun } from '../../test/support/sample-run.ts'
import { defaultGateOptions } from '../compare/judge/gates.ts'
import type { ConsoleRun, ReaskView } from '../model/console.ts'
import { OperatorError } from '../model/operator-error.ts'
import { type ConsoleRunParts, createConsoleRun } from './console-run.ts'
import { RulesEditor } from './rules-editor.ts'

const sample = createSampleRun()

async function createRun(parts: Partial<ConsoleRunParts> = {}, onTally: () => void = () => {}) {
  let text = ''
  const rules = await RulesEditor.open({
    path: 'rules.yaml',
    read: async () => text,
    write: async (changed) => {
      text = changed
    },
  })
  const edit = (changed: string) => {
    text = changed
  }
  const clock = { now: 0 }
  const all: ConsoleRunParts = {
    id: 'a',
    name: 'a',
    info: async () => createRunInfo(),
    live: false,
    now: () => clock.now,
    ledger: async () => null,
    series: async () => [createPoint()],
    compared: {
      reader: {
        exchanges: async (ids) => sample.exchanges.filter(({ exchange }) => ids.includes(exchange)),
        findExchanges: async () => ({ total: sample.exchanges.length, entries: [] }),
      },
      tally: async () => {
        onTally()
        return sample.tally
      },
      judging: async () => ({ gates: defaultGateOptions, lostShare: 0 }),
      today: () => '2026-01-31',
      rules,
      reask: null,
    },
    capacity: async () => ({ views: [], unreadable: [] }),
    ...parts,
  }
  return { run: createConsoleRun(all), parts: all, clock, edit }
}

async function acceptAll(run: ConsoleRun) {
  const rule = { action: 'accept', endpoint: '*', path: '*', reason: 'wanted' } as const
  return await run.changeRules!({ kind: 'add', rule })
}

test('a run is judged from what it has counted', async () => {
  const { run } = await createRun()
  const { verdict, exchanges, endpoints, labels, canRule } = await run.overview()
  assert.deepEqual([verdict?.verdict, exchanges, endpoints, canRule], ['fail', 600, 4, true])
  assert.deepEqual([labels.changed! > 150, labels.drift], [true, 150])
  assert.equal((await run.causes()).causes[0]?.endpoints, 1)
  assert.equal((await run.endpoints()).length, 4)
  assert.equal((await run.endpoint('GET /search'))?.endpoint, 'GET /search')
  assert.equal(await run.endpoint('GET /nowhere'), null)
})

test('a changed rule changes the verdict at once, and undoing it changes it back', async () => {
  const { run } = await createRun()
  const accepted = await acceptAll(run)
  assert.deepEqual([accepted.verdict, accepted.undoable, accepted.revision], ['pass', 1, 1])
  assert.equal(accepted.uses[0]?.hits, 4)
  assert.equal((await run.overview()).verdict?.verdict, 'pass')
  assert.equal(
    (await run.endpoints()).every(({ state }) => state === null),
    true,
  )
  const undone = await run.changeRules!({ kind: 'undo' })
  assert.deepEqual([undone.verdict, undone.undoable], ['fail', 0])
})

test('a rule that is written into the file elsewhere changes the verdict, too', async () => {
  const { run, edit } = await createRun()
  assert.equal((await run.overview()).verdict?.verdict, 'fail')
  edit("version: 1\nrules: [{ action: accept, endpoint: '*', path: '*', reason: wanted }]\n")
  assert.equal((await run.overview()).verdict?.verdict, 'pass')
  edit('rules: [')
  assert.equal((await run.overview()).verdict?.verdict, 'pass')
  assert.match((await run.rules()).trouble ?? '', /rules\.yaml/)
})

test('a request that may change data is put again only where that is confirmed', async () => {
  const asked: string[] = []
  const [kept] = sample.exchanges
  const writing = { ...kept!, request: Buffer.from('POST /orders HTTP/1.1\r\nHost: p\r\n\r\n') }
  const { parts } = await createRun()
  const compared = {
    ...parts.compared!,
    reader: { ...parts.compared!.reader, exchanges: async () => [writing] },
    reask: async ({ exchange }: { readonly exchange: string }) => {
      asked.push(exchange)
      return { at: 0 } as ReaskView
    },
  }
  const { run } = await createRun({ compared })
  await assert.rejects(run.reask!(kept!.exchange, false), OperatorError)
  assert.deepEqual(asked, [])
  await run.reask!(kept!.exchange, true)
  assert.deepEqual(asked, [kept!.exchange])
})

test('a finished run is counted once, whatever is asked of it', async () => {
  let reads = 0
  const { run, clock } = await createRun({}, () => {
    reads += 1
  })
  await Promise.all([run.overview(), run.endpoints(), run.causes()])
  clock.now += 60_000_000
  await acceptAll(run)
  await run.overview()
  assert.equal(reads, 1)
})

test('a live run is counted again after two seconds, and not before', async () => {
  let reads = 0
  const { run, clock } = await createRun({ live: true }, () => {
    reads += 1
  })
  await run.overview()
  clock.now += 1_000_000
  await run.overview()
  assert.equal(reads, 1)
  clock.now += 1_000_000
  await run.overview()
  assert.equal(reads, 2)
})

test('what could not be read is read anew for the next who asks', async () => {
  let isBroken = true
  const { run } = await createRun({}, () => {
    if (isBroken) throw new Error('no such table')
  })
  await assert.rejects(run.overview())
  isBroken = false
  assert.equal((await run.overview()).exchanges, 600)
})

test('an exchange is shown if it is kept', async () => {
  const { run } = await createRun()
  const [kept] = sample.exchanges
  assert.equal((await run.exchange(kept!.exchange))?.id, kept!.exchange)
  assert.equal(await run.exchange('none'), null)
  assert.equal(run.reask, null)
})

test('a run that compares nothing shows its ledger and series', async () => {
  const { run } = await createRun({ compared: null })
  const { verdict, mode, canRule, canReask } = await run.overview()
  assert.deepEqual([verdict, mode, canRule, canReask], [null, null, false, false])
  assert.deepEqual(await run.endpoints(), [])
  assert.deepEqual((await run.rules()).rules, [])
  assert.equal(run.changeRules, null)
  assert.equal((await run.series(0)).length, 1)
})
