// Recordings that a pattern names, of whatever kind, as gor records.
import { existsSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import type { SourceAccount } from '../../model/ledger.ts'
import type { Message, Source } from '../../model/message.ts'
import { OperatorError } from '../../model/operator-error.ts'
import { writeGorRecord } from '../../protocol/gor/gor-writer.ts'
import type { Recording } from '../merged-recordings.ts'
import { detectFormat, readBytes, readHarFile, readLogFile } from './recording-file.ts'

/** The files that `pattern` names, in order of name; none is an operator error. */
export async function findRecordingPaths(pattern: string): Promise<string[]> {
  const paths: string[] = existsSync(pattern) ? [pattern] : []
  if (paths.length === 0) for await (const path of glob(pattern)) paths.push(path)
  if (paths.length > 0) return paths.sort()
  throw new OperatorError(
    'no-recording',
    `there is no file '${pattern}'`,
    `give a file or a pattern in quotes: "requests_*.gor"`,
  )
}

/** As `findRecordingPaths`; a HAR or an access log is read as the recording it amounts to. */
export async function findRecordings(pattern: string): Promise<Recording[]> {
  const paths = await findRecordingPaths(pattern)
  return paths.map((path) => ({ read: (account) => readFile(path, account) }))
}

/** The Host of requests from a log, which does not tell it. */
const logHost = 'localhost'

async function* readFile(
  path: string,
  account: Pick<SourceAccount, 'dropped'>,
): AsyncIterable<Uint8Array> {
  const leaveOut = (counts: ReadonlyMap<string, number>) => {
    for (const count of counts.values()) account.dropped('bad-record', count)
  }
  const format = await detectFormat(path)
  if (format === 'har') yield* toRecords(readHarFile(path, leaveOut))
  else if (format === 'log') yield* toRecords(readLogFile(path, logHost, leaveOut))
  else if (format === 'pcap') {
    throw new OperatorError(
      'bad-recording',
      `${path} is a capture file`,
      `write --input-raw-engine pcap_file --input-raw ${path}`,
    )
  } else yield* readBytes(path)
}

async function* toRecords(messages: Source<Message>): AsyncGenerator<Uint8Array> {
  for await (const batch of messages) yield* batch.map(writeGorRecord)
}
