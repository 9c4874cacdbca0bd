// `--input-raw FILE --input-raw-engine pcap_file`: capture files, played as recordings are.
import type { CopyInput, CopyOutput } from '../app/copy.ts'
import { createFileSource } from '../app/file-source.ts'
import type { Ledger } from '../app/ledger.ts'
import { checkPcapFiles, findPcapFiles } from '../capture/io/pcap-files.ts'
import { createLimiter, parseLimited } from '../shape/limit.ts'
import { readCaptureSettings } from './capture-settings.ts'
import type { FlagValues } from './flags.ts'
import { type PcapSourceOptions, parsePcapAddress, readPcapMessages } from './pcap-source.ts'
import { bufferedBytesMax, type PlannedInput, readFramerLimits } from './planned-input.ts'
import { readFrameExpression } from './raw-expression.ts'
import { readVlanIds } from './raw-settings.ts'
import { realWorld } from './real-world.ts'
import { describeMessages, type FileInputOptions, planPace } from './recordings.ts'

/** Finds the files; they are opened when they are read. `|200%` is twice as fast as captured. */
export async function planPcapInput(
  text: string,
  flags: FlagValues,
  { sampleBy, queueBytesMax }: Pick<FileInputOptions, 'sampleBy' | 'queueBytesMax'>,
): Promise<PlannedInput> {
  const { address, limit } = parseLimited(text)
  const parts = await findCaptures(address, flags)
  const pace = planPace(limit, { flags, queueBytesMax })
  const name = `--input-raw ${text}`
  const open = async (ledger: Ledger, outputs: readonly CopyOutput[]): Promise<CopyInput> => {
    const account = ledger.openSource(name)
    const stopped = new AbortController()
    const messages = createFileSource({
      world: realWorld,
      read: () => readPcapMessages(parts, account),
      repeat: flags['input-file-loop'] ?? false,
      stopped: stopped.signal,
      pace: pace(ledger, outputs),
    })
    const limiter = limit?.kind === 'rate' ? createLimiter(limit, sampleBy, 'input-raw') : null
    return { name, account, limiter, messages, stop: () => stopped.abort() }
  }
  return { guarded: [], open }
}

/** `--input-file-dry-run`: what the capture files hold, as text. */
export async function describePcapInput(text: string, flags: FlagValues): Promise<string> {
  const { address, limit } = parseLimited(text)
  const parts = await findCaptures(address, flags)
  return await describeMessages({
    text,
    limit,
    flags,
    read: (account) => readPcapMessages(parts, account),
  })
}

async function findCaptures(address: string, flags: FlagValues): Promise<PcapSourceOptions> {
  const { pattern, ports } = parsePcapAddress(address)
  const everyService = ports.length === 0
  const intake = {
    isCaptured: everyService ? () => true : createPortMatcher(ports),
    findServices: everyService,
    settings: readCaptureSettings(flags),
    limits: readFramerLimits(flags),
    vlanIds: readVlanIds(flags),
    acceptsFrame: readFrameExpression(flags),
  }
  const paths = findPcapFiles(pattern)
  await checkPcapFiles(paths)
  return { paths, intake, bufferedBytesMax }
}

function createPortMatcher(ports: readonly number[]) {
  return (_addresses: Int32Array, _offset: number, port: number) => ports.includes(port)
}
