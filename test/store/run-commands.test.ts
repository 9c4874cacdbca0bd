// The commands about a run, as the operator starts them, on a run folder that the test wrote.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import { reportSchema } from '../../src/report/report-schema.ts'
import { openRunWriter } from '../../src/store/io/run-writer.ts'
import { createRunInfo } from '../support/run-folders.ts'
import { createSampleRun } from '../support/sample-run.ts'

const temporary = createTemporaryFolder('commands')
after(() => temporary[Symbol.dispose]())
const folder = join(temporary.path, 'run')

{
  const { tally, exchanges } = createSampleRun()
  const onTrouble = (text: string) => assert.fail(text)
  await using writer = await openRunWriter(folder, createRunInfo(), { onTrouble })
  const { endpoints, ...summary } = tally
  writer.putEndpoints(summary, endpoints)
  for (const exchange of exchanges) writer.putExchange(exchange)
}

function rehearsal(...args: readonly string[]) {
  const program = join(import.meta.dirname, '../../src/cli/main.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('a verdict is its exit code and ten lines', () => {
  const { status, stdout } = rehearsal('verdict', folder)
  assert.equal(status, 1)
  assert.match(stdout, /^FAIL: 600 exchanges/)
  assert.ok(stdout.split('\n').length <= 11)
})

test('gates are moved by flags, and too little traffic leaves it undecided', () => {
  const rules = join(temporary.path, 'all.yaml')
  writeFileSync(rules, 'version: 1\nrules:\n  - {action: accept, reason: all}\n')
  const accepted = ['verdict', folder, '--rules', rules]
  assert.equal(rehearsal(...accepted).status, 0)
  assert.equal(rehearsal(...accepted, '--min-exchanges', '601').status, 3)
  const why = (...flags: readonly string[]) => rehearsal('explain', folder, 'POST /cart', ...flags)
  assert.match(why().stdout, /latency: confirmed/)
  assert.match(
    why('$.total').stderr,
    /nothing differs at \$\.total of POST \/cart; there is \$\.rate/,
  )
  const json = (...flags: readonly string[]) =>
    JSON.parse(rehearsal('report', folder, '--format', 'json', ...flags).stdout)
  const sizes = (...flags: readonly string[]) =>
    json(...flags).gates.find(({ name }: { name: string }) => name === 'sizes').outcome
  assert.deepEqual(
    [sizes(), sizes('--size', '70%'), sizes('--size', '50%')],
    ['pass', 'pass', 'fail'],
  )
  const reason = (report: { gates: readonly { name: string; why: string }[] }) =>
    report.gates.find(({ name }) => name === 'coverage')?.why
  assert.match(reason(json())!, /^every endpoint/)
  assert.match(reason(json('--min-endpoint-exchanges', '151'))!, /fewer than 151 times: GET/)
  assert.match(
    reason(json('--min-endpoint-exchanges', '151', '--important-share', '26%'))!,
    /^every/,
  )
})

test('wrong use is one line and exit code 2', () => {
  const cases: readonly (readonly [args: readonly string[], line: RegExp])[] = [
    [['verdict'], /^rehearsal: there are too few or too many words; write rehearsal verdict RUN/],
    [['verdict', folder, '--nothing'], /^rehearsal: Unknown option '--nothing'/],
    [['verdict', temporary.path], /^rehearsal: there is no run in /],
    [['verdict', folder, '--latency', 'x%'], /^rehearsal: --latency 'x%' is no share/],
    [['verdict', folder, '--rules', 'nowhere'], /^rehearsal: there is no nowhere/],
    [['report', folder, '--format', 'pdf'], /no format 'pdf'; write one of html, json, junit/],
    [['report', folder, '-o', '/nowhere/x'], /^rehearsal: \/nowhere\/x cannot be written/],
    [['explain', folder, 'GET /order'], /has no endpoint 'GET \/order'; there is 'GET \/orders\//],
    [['explain', folder, 'GET /search', '$.no'], /nothing differs at \$.no of GET \/search; there/],
    [['rules', folder, 'accept', '*'], /a rule needs a reason/],
    [['rules', folder, 'forget', '*'], /rules cannot forget \*/],
    [['rules', folder, 'remove', '1'], /has no rule 1/],
    [['rules', folder, 'list', '--kind', 'foo'], /there is no kind of difference 'foo'/],
    [['rules', folder, '--kind', 'value'], /list takes no --kind/],
    [
      ['rules', folder, 'accept', '*', '--reason', 'x', '--until', 'soon'],
      /until: Invalid ISO date/,
    ],
    [['export', folder], /no folder to export to/],
  ]
  for (const [args, line] of cases) {
    const { status, stderr } = rehearsal(...args)
    assert.equal(status, 2, args.join(' '))
    assert.match(stderr, line)
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr)
  }
  assert.equal(existsSync(join(folder, 'rules.yaml')), false)
})

test('a report is written in each of its formats', () => {
  const path = join(temporary.path, 'report.html')
  assert.equal(rehearsal('report', folder, '-o', path).status, 0)
  assert.match(readFileSync(path, 'utf8'), /^<!doctype html>.*C · candidate/s)
  const json = JSON.parse(rehearsal('report', folder, '--format', 'json').stdout)
  assert.equal(reportSchema.safeParse(json).error, undefined)
  assert.match(
    rehearsal('report', folder, '--format', 'junit').stdout,
    /^<\?xml .*<\/testsuites>$/ms,
  )
  assert.match(rehearsal('report', folder, '--format', 'markdown').stdout, /^## ❌ Rehearsal: FAIL/)
})

test('a place is explained with the exchanges behind it', () => {
  const { status, stdout } = rehearsal('explain', folder, 'GET /orders/{id}', '$.items[*].price')
  assert.equal(status, 0)
  assert.match(stdout, /150 × 11.90 → 11.9\n.* {4}P {2}200 {2}11.90\n.*C {2}200 {2}11.9\n/s)
})

test('drift is a list to seed from', () => {
  assert.match(rehearsal('drift', folder).stdout, /users\n {2}50 × GET \/users\/\{id\} \$.name/)
  const { stdout } = rehearsal('drift', folder, '--format', 'csv')
  assert.match(stdout, /^users,GET \/users\/\{id\},\$.name,\/users\/3,\$.name,Ann <b>,Bob\r$/m)
  const json = JSON.parse(rehearsal('drift', folder, '--format', 'json').stdout)
  assert.equal(json.entities[0].entity, 'users')
})

test('rules are added and removed in their file, and the verdict is judged again', () => {
  const path = join(folder, 'rules.yaml')
  writeFileSync(
    path,
    '# by hand\nversion: 1\nrules:\n  # keep\n  - {action: noise, path: $.old, reason: old}\n',
  )
  const accept = ['rules', folder, 'accept', 'GET /orders/{id}', '$.items[*].price']
  const { status, stdout } = rehearsal(...accept, '--reason', 'meant', '--until', '2099-01-31')
  assert.equal(status, 0)
  assert.match(stdout, /2\. accept GET \/orders\/\{id\} \$.items\[\*\].price: 1 hit\n/)
  assert.match(stdout, /failed differences: .*1 accepted/)
  assert.match(readFileSync(path, 'utf8'), /^# by hand\n.*# keep\n.*until: 2099-01-31/s)
  const listed = rehearsal('rules', folder, 'list').stdout
  assert.match(listed, /^1\. noise \* \$.old: .*\n2\. accept /)
  assert.match(listed, /\n {2}float: 150 hits at 1 place; .*\n {4}warning: hides what would be /)
  assert.equal(rehearsal('rules', folder).stdout, listed)
  assert.equal(rehearsal('rules', folder, 'remove', '2').status, 0)
  assert.doesNotMatch(readFileSync(path, 'utf8'), /2099/)
})

test('a run is exported as Parquet', async () => {
  const output = join(temporary.path, 'parquet')
  const { status, stdout } = rehearsal('export', folder, '-o', output)
  assert.equal(status, 0)
  assert.equal(stdout.trim().split('\n').length, 3)
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const read = async (query: string) => (await connection.runAndReadAll(query)).getRowsJson()
  assert.deepEqual(
    await read(`select endpoint, exchanges, changed, drift from '${output}/endpoints.parquet'
      where endpoint = 'GET /users/{id}'`),
    [['GET /users/{id}', '150', '0', '150']],
  )
  assert.deepEqual(
    await read(`select path, candidate_odd from '${output}/paths.parquet'
      where endpoint = 'GET /search'`),
    [['$.total', '21']],
  )
  const kept = await read(`select exchange from '${output}/exchanges.parquet'`)
  assert.ok(kept.length >= 4)
  connection.closeSync()
})
