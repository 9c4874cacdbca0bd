// Recordings that a pattern names, of whatever kind, as gor records.
import { existsSync } from 'node:fs'
import { glob, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SourceAccount } from '../../model/ledger.ts'
import type { Message, Source } from '../../model/message.ts'
import { OperatorError } from '../../model/operator-error.ts'
import { writeGorRecord } from '../../protocol/gor/gor-writer.ts'
import type { Recording } from '../merged-recordings.ts'
import {
  detectFormat,
  type RecordingFormat,
  readBytes,
  readHarFile,
  readLogFile,
} from './recording-file.ts'

/** The files that `pattern` names, in order of name; none is an operator error. */
export async function findRecordingPaths(pattern: string): Promise<string[]> {
  const paths: string[] = existsSync(pattern) ? [pattern] : []
  if (paths.length === 0) for await (const path of glob(pattern)) paths.push(path)
  const stats = await Promise.all(paths.map((path) => stat(path).catch(() => null)))
  const folder = paths[stats.findIndex((found) => found?.isDirectory() === true)]
  if (folder !== undefined) {
    const hint = `name its files: "${join(folder, '*.gor')}"`
    throw new OperatorError('no-recording', `'${folder}' is a folder`, hint)
  }
  const pipe = paths[stats.findIndex((found) => found?.isFIFO() === true)]
  if (pipe !== undefined) {
    const hint = 'write what it gives to a file first: recordings are looked into before they play'
    throw new OperatorError('no-recording', `'${pipe}' is a pipe`, hint)
  }
  if (paths.length > 0) return paths.sort()
  throw new OperatorError(
    'no-recording',
    `there is no file '${pattern}'`,
    `give a file or a pattern in quotes: "requests_*.gor"`,
  )
}

/** As `findRecordingPaths`, of recordings; a HAR or an access log is read as what it amounts to. */
export async function findRecordings(pattern: string): Promise<Recording[]> {
  const paths = await findRecordingPaths(pattern)
  const recordings: Recording[] = []
  for (const path of paths) {
    const format = await detectRecording(path)
    recordings.push({ read: (account) => readFile(path, format, account) })
  }
  return recordings
}

/** A file of another kind is an operator error; an empty one is a recording of nothing. */
async function detectRecording(path: string): Promise<RecordedFormat> {
  const format = await detectFormat(path)
  if (format === 'pcap') {
    throw new OperatorError(
      'bad-recording',
      `${path} is a capture file`,
      `write --input-raw-engine pcap_file --input-raw ${path}`,
    )
  }
  if (format !== null) return format
  throw new OperatorError(
    'bad-recording',
    `${path} is no recording`,
    'give a .gor file, a HAR or an access log, or a .gz or .zst of one',
  )
}

type RecordedFormat = Exclude<RecordingFormat, 'pcap'>

async function* readFile(
  path: string,
  format: RecordedFormat,
  account: Pick<SourceAccount, 'dropped'>,
): AsyncIterable<Uint8Array> {
  const leaveOut = (counts: ReadonlyMap<string, number>) => {
    for (const count of counts.values()) account.dropped('bad-record', count)
  }
  if (format === 'har') yield* toRecords(readHarFile(path, leaveOut))
  else if (format === 'log') yield* toRecords(readLogFile(path, null, leaveOut))
  else yield* readBytes(path)
}

async function* toRecords(messages: Source<Message>): AsyncGenerator<Uint8Array> {
  for await (const batch of messages) yield* batch.map(writeGorRecord)
}
