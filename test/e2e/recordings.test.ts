// The real command records real traffic to files, and replays files to a target.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { findFreePort } from '../../scripts/free-port.ts'
import { startNginx } from '../../scripts/nginx.ts'
import { isBalanced } from '../../scripts/rehearsal.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import type { LedgerSnapshot } from '../../src/model/ledger-snapshot.ts'
import { writeGorRecord } from '../../src/protocol/gor/gor-writer.ts'
import { createRequest } from '../support/messages.ts'
import { type RecordingTarget, startRecordingTarget } from '../support/recording-target.ts'
import { eventually, rehearse, runRehearsal } from '../support/rehearsal.ts'
import { composeTraffic, expectedAtTarget, sendTraffic } from '../support/traffic.ts'

function receivedBy(target: RecordingTarget): string[] {
  const texts = target.connections.map((parts) => Buffer.concat(parts).toString('latin1'))
  return texts.filter((text) => text !== '').sort()
}

/** Replays to the end of the files; the ledger is that of the exit. */
async function replay(args: readonly string[], folder: string): Promise<LedgerSnapshot> {
  const ledger = join(folder, 'replayed.json')
  const { status, output } = await runRehearsal([...args, '--ledger', ledger])
  assert.equal(status, 0, output)
  return JSON.parse(readFileSync(ledger, 'utf8')) as LedgerSnapshot
}

const separated = 'before\n🐵🙈🙉\n1 2 3 4\nafter'

/** Three requests 100 ms apart, the second with a separator in its body. */
function composeRecording(host: string): Buffer {
  const length = Buffer.byteLength(separated)
  const head = `POST /1 HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${length}\r\n\r\n`
  const post = Buffer.from(head + separated)
  const payloads = [`GET /0 HTTP/1.1\r\nHost: ${host}\r\n\r\n`, post, post]
  return Buffer.concat(
    payloads.map((payload, sequence) =>
      writeGorRecord(
        createRequest({ sequence, at: 1_767_323_045_000_000 + sequence * 1e5, payload }),
      ),
    ),
  )
}

test('real traffic is recorded in chunks, plain and compressed, and replayed byte for byte', async () => {
  using folder = createTemporaryFolder('recordings')
  const port = await findFreePort()
  const server = 'location / { return 200 "production"; }'
  await using _production = await startNginx({ listen: [`127.0.0.1:${port}`], server })
  await using recorder = await rehearse([
    ...['--input-raw', `:${port}`, '--output-file-size-limit', '100kb', '--redact', 'none'],
    ...['--output-file', join(folder.path, 'plain.gor')],
    ...['--output-file', join(folder.path, 'packed.gor.gz')],
    ...['--output-file', join(folder.path, 'dense.gor.zst')],
  ])
  const traffic = composeTraffic(20, 10, 20)
  await sendTraffic({ host: '127.0.0.1', port }, traffic)
  await eventually('all on disk', () =>
    recorder.ledger().outputs.every(({ delivered }) => delivered === 200),
  )
  const recorded = await recorder.finish()
  assert.deepEqual(
    recorded.outputs.map(({ delivered }) => delivered),
    [200, 200, 200],
  )
  const chunks = readdirSync(folder.path)
  const [plain, packed] = ['plain', 'packed'].map((name) => {
    const names = chunks.filter((chunk) => chunk.startsWith(name))
    assert.ok(names.length > 1, chunks.join())
    const numbered = names.map((_, number) => names.find((chunk) => chunk.includes(`_${number}.`))!)
    const bytes = numbered.map((chunk) => readFileSync(join(folder.path, chunk)))
    return Buffer.concat(name === 'packed' ? bytes.map((part) => gunzipSync(part)) : bytes)
  })
  assert.ok(plain!.equals(packed!))
  for (const pattern of ['plain_*.gor', 'packed_*.gor.gz', 'dense_*.gor.zst']) {
    await using target = await startRecordingTarget()
    const host = `127.0.0.1:${target.port}`
    const input = ['--input-file', join(folder.path, pattern), '--replay-pace', 'asap']
    const ledger = await replay([...input, '--output-http', `http://${host}`], folder.path)
    assert.equal(ledger.outputs[0]!.answered, 200, JSON.stringify(ledger))
    const expected = traffic.map(({ requests }) =>
      requests.map((request) => expectedAtTarget(request, host)).join(''),
    )
    const received = receivedBy(target)
    const wrong = expected.sort().findIndex((text, index) => text !== received[index])
    assert.equal(wrong, -1)
  }
})

test('a body that holds the separator stays whole, and a last record cut off is counted', async () => {
  using folder = createTemporaryFolder('recordings')
  await using target = await startRecordingTarget()
  const host = `127.0.0.1:${target.port}`
  const file = join(folder.path, 'cut.gor')
  writeFileSync(file, composeRecording(host).subarray(0, -20))
  const args = ['--input-file', file, '--output-http', `http://${host}`, '--no-mark']
  const ledger = await replay(args, folder.path)
  assert.deepEqual(ledger.sources[0]!.dropped, { truncated: 1 })
  assert.equal(ledger.outputs[0]!.answered, 2)
  assert.ok(Buffer.concat(target.connections[0]!).includes(separated))
})

test('a recording is replayed in its own time, at the speed that is asked for', async () => {
  using folder = createTemporaryFolder('recordings')
  const times: number[] = []
  await using target = await startRecordingTarget({
    answer: (_, response) => {
      times.push(performance.now())
      response.end('ok')
    },
  })
  const host = `127.0.0.1:${target.port}`
  const file = join(folder.path, 'timed.gor')
  writeFileSync(file, composeRecording(host))
  await replay(['--input-file', `${file}|20%`, '--output-http', `http://${host}`], folder.path)
  const took = times.at(-1)! - times[0]!
  // A second, of which a slow start may take some, and a slow machine make more.
  assert.ok(took > 500 && took < 20_000, `${took} ms`)
})

test('a recording is appended to where that is asked for, and told by a dry run', async () => {
  using folder = createTemporaryFolder('recordings')
  const file = join(folder.path, 'all.gor')
  writeFileSync(file, composeRecording('a'))
  const copy = join(folder.path, 'copy.gor')
  const args = ['--input-file', file, '--replay-pace', 'asap']
  for (let round = 0; round < 2; round++) {
    await replay([...args, '--output-file', copy, '--output-file-append'], folder.path)
  }
  const once = readFileSync(file)
  assert.ok(readFileSync(copy).equals(Buffer.concat([once, once])))
  const { status, output } = await runRehearsal(['--input-file', copy, '--input-file-dry-run'])
  assert.equal(status, 0, output)
  assert.match(
    output,
    /6 requests, 0 responses[\s\S]*first 2026-01-02T03:04:05[\s\S]*plays 0\.200s/,
  )
})

test('a full disk costs a recording what comes meanwhile, says so, and is recorded to again', async () => {
  using folder = createTemporaryFolder('recordings')
  const disk = join(folder.path, 'disk')
  mkdirSync(disk)
  assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', disk]).status, 0)
  try {
    const ballast = join(disk, 'ballast')
    writeFileSync(ballast, Buffer.alloc(1020 * 1024))
    await using rehearsal = await rehearse([
      ...['--input-dummy', '500', '--output-null', '--output-file', join(disk, 'a.gor')],
      ...['--output-file-append', '--output-file-flush-interval', '50ms'],
    ])
    const recorded = () =>
      rehearsal.ledger().outputs.find(({ output }) => output !== '--output-null')!
    const full = /cannot record to .*ENOSPC/
    await eventually('the disk is full', () => full.test(rehearsal.output()))
    await eventually('messages are lost', () => (recorded().dropped['write-failed'] ?? 0) > 0)
    const before = recorded().delivered
    writeFileSync(ballast, '')
    await eventually('it goes on', () => recorded().delivered > before + 100)
    const ledger = await rehearsal.finish()
    assert.ok(isBalanced(ledger))
    const lost = ledger.outputs.flatMap(({ dropped }) => Object.keys(dropped))
    assert.deepEqual(lost, ['write-failed'])
    assert.equal(rehearsal.output().match(new RegExp(full, 'g'))?.length, 1)
  } finally {
    assert.equal(spawnSync('umount', ['-l', disk]).status, 0)
  }
})
