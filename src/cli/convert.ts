// `rehearsal convert IN… -o OUT`: recordings, capture files, HTTP archives and access logs into one
// another.
import { type ConvertOptions, convert, gorWriter, type RecordingWriter } from '../app/convert.ts'
import { defaultCaptureSettings } from '../app/packet-pipeline.ts'
import { Tally } from '../base/tally.ts'
import type { Message, Source } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import { PcapWriter } from '../protocol/pcap/pcap-writer.ts'
import { HarWriter } from '../record/har-writer.ts'
import {
  createFile,
  detectFormat,
  type RecordingFormat,
  readBytes,
  readHarFile,
  readLogFile,
} from '../record/io/recording-file.ts'
import { findRecordingPaths } from '../record/io/recording-reader.ts'
import { mergeRecordings } from '../record/merged-recordings.ts'
import { readCommandLine, textOf, textsOf } from './command.ts'
import { parsePcapAddress, readPcapMessages } from './pcap-source.ts'
import { bufferedBytesMax, readFramerLimits } from './planned-input.ts'
import { planRedaction } from './redaction.ts'

const help = `rehearsal convert IN… -o OUT

  IN: recordings (.gor), capture files (.pcap, .pcapng, or FILE:80 for a port of it), HTTP archives
  (.har), access logs of nginx or Apache in the combined format (GET and HEAD); each may be a
  pattern in quotes, and .gz or .zst. What a file is shows by what it holds; several are merged.
  OUT: a name that ends in .gor, .pcap or .har, and then perhaps in .gz or .zst.

  -o, --output OUT          the file to write
  --host NAME               the Host of requests from an access log (the log's own, or localhost)
  --copy-buffer-size SIZE   longest message; a longer one is left out and counted (5mb)
  --redact WHERE            replace a secret, as header:Cookie or json:$.password; nothing is
                            replaced that is not named here (docs/redaction.md)
  --redact-key FILE         for equal pseudonyms in several files
`

/** Converts, and says in one line what came of it. */
export async function runConvert(args: readonly string[], version: string): Promise<void> {
  const line = readCommandLine(help, args, options, { min: 1, max: Number.POSITIVE_INFINITY })
  if (line === null) return
  const output = textOf(line, 'output')
  if (output === undefined) throw badOutput('there is no file to write to')
  const writer = chooseWriter(output, version.replace(/^rehearsal (\S+).*$/, '$1'))
  const leftOut = new Tally()
  const size = textOf(line, 'copy-buffer-size')
  const limits = readFramerLimits(size === undefined ? {} : { 'copy-buffer-size': size })
  const host = textOf(line, 'host') ?? null
  const sources = await openSources(line.words, { host, limits, leftOut })
  // A conversion changes the form alone: what was recorded without its secrets has none, and who
  // has a capture file has them.
  const { sent: redact } = planRedaction({
    redact: textsOf(line, 'redact'),
    'redact-key': textOf(line, 'redact-key'),
  })
  const messages = await writeFile(output, { sources, writer, redact })
  leftOut.addAll(writer.leftOut())
  const missing = [...leftOut.counts()].map(([what, count]) => `${count} ${what}`)
  const rest = missing.length === 0 ? '' : `; left out: ${missing.join(', ')}`
  process.stderr.write(`read ${messages} messages, wrote ${output}${rest}\n`)
}

async function writeFile(output: string, parts: Omit<ConvertOptions, 'write'>): Promise<number> {
  await using file = await createFile(output)
  const messages = await convert({ ...parts, write: file.write })
  await file.finish()
  return messages
}

const options = {
  output: { type: 'string', short: 'o' },
  host: { type: 'string' },
  'copy-buffer-size': { type: 'string' },
  redact: { type: 'string', multiple: true },
  'redact-key': { type: 'string' },
} as const

function badOutput(what: string): OperatorError {
  return new OperatorError('bad-output', what, 'write rehearsal convert IN… -o OUT')
}

function chooseWriter(output: string, version: string): RecordingWriter {
  switch (/\.(gor|pcap|har)(?:\.gz|\.zst)?$/.exec(output)?.[1]) {
    case 'gor':
      return gorWriter
    case 'pcap':
      return new PcapWriter()
    case 'har':
      return new HarWriter(version)
    default:
      throw badOutput(`'${output}' does not end in .gor, .pcap or .har`)
  }
}

interface Reading {
  readonly host: string | null
  readonly limits: ReturnType<typeof readFramerLimits>
  readonly leftOut: Tally
}

/** Recordings together, and capture files together, for both are parts of what was one. */
async function openSources(
  inputs: readonly string[],
  reading: Reading,
): Promise<readonly Source<Message>[]> {
  const { host, leftOut } = reading
  const gors: string[] = []
  const captures = new Map<string, string[]>()
  const sources: Source<Message>[] = []
  const leaveOut = (counts: ReadonlyMap<string, number>) => leftOut.addAll(counts)
  for (const { path, ports } of await findFiles(inputs)) {
    const format = await readFormat(path)
    if (ports.length > 0 && format !== 'pcap') throw portsOfNoCapture(path, ports)
    if (format === 'gor' || format === 'empty') gors.push(path)
    else if (format === 'har') sources.push(readHarFile(path, leaveOut))
    else if (format === 'log') sources.push(readLogFile(path, host, leaveOut))
    else captures.set(ports.join(), [...(captures.get(ports.join()) ?? []), path])
  }
  if (gors.length > 0) sources.push(readRecordings(gors, reading))
  for (const [ports, paths] of captures) {
    sources.push(readCaptures(paths, ports === '' ? [] : ports.split(',').map(Number), reading))
  }
  return sources
}

function portsOfNoCapture(path: string, ports: readonly number[]): OperatorError {
  return new OperatorError(
    'bad-address',
    `${path} is no capture file, so that :${ports.join()} says nothing of it`,
    'give the name alone',
  )
}

async function findFiles(inputs: readonly string[]) {
  const found = await Promise.all(
    inputs.map(async (input) => {
      const { pattern, ports } = parsePcapAddress(input)
      return (await findRecordingPaths(pattern)).map((path) => ({ path, ports }))
    }),
  )
  return found.flat()
}

async function readFormat(path: string): Promise<RecordingFormat> {
  const format = await detectFormat(path)
  if (format !== null) return format
  throw new OperatorError(
    'bad-recording',
    `cannot read ${path}: it is no recording, capture file, HTTP archive or access log`,
    'check the name; rehearsal convert --help says what is read',
  )
}

/** Records that are put in order with each other. */
const depth = 1_000

function readRecordings(paths: readonly string[], reading: Reading): Source<Message> {
  return mergeRecordings({
    recordings: paths.map((path) => ({ read: () => readBytes(path) })),
    account: createAccount(reading),
    payloadBytesMax: reading.limits.messageBytesMax,
    depth,
  })
}

function readCaptures(
  paths: readonly string[],
  ports: readonly number[],
  reading: Reading,
): Source<Message> {
  const intake = {
    isCaptured: (_addresses: Int32Array, _offset: number, port: number) =>
      ports.length === 0 || ports.includes(port),
    findServices: ports.length === 0,
    settings: { ...defaultCaptureSettings, responses: true },
    limits: reading.limits,
    vlanIds: [],
    acceptsFrame: null,
  }
  return readPcapMessages({ paths, intake, bufferedBytesMax }, createAccount(reading))
}

/** What cannot be read is left out, by the ledger's reasons. */
function createAccount({ leftOut }: Reading) {
  return {
    dropped: (reason: string, count: number) => {
      // Where no response came, none is left out.
      if (reason !== 'no-response') leftOut.add(reason, count)
    },
  }
}
