// `--input-raw FILE --input-raw-engine pcap_file`: capture files.
import type { Ledger } from '../app/ledger.ts'
import { findPcapFiles } from '../capture/io/pcap-files.ts'
import type { SampleBy } from '../shape/limit.ts'
import type { FlagValues } from './flags.ts'
import { openPcapSource, parsePcapAddress } from './pcap-source.ts'
import {
  bufferedBytesMax,
  type PlannedInput,
  readFramerLimits,
  readInputLimit,
} from './planned-input.ts'
import { realWorld } from './real-world.ts'

/** Finds the files; they are opened when they are read. */
export function planPcapInput(text: string, flags: FlagValues, sampleBy: SampleBy): PlannedInput {
  const { address, limiter } = readInputLimit(text, sampleBy)
  const { pattern, ports } = parsePcapAddress(address)
  const limits = readFramerLimits(flags)
  const parts = { paths: findPcapFiles(pattern), ports, limits, bufferedBytesMax }
  const name = `--input-raw ${text}`
  const open = async (ledger: Ledger) => {
    const account = ledger.openSource(name)
    const pending = () =>
      Math.max(...ledger.snapshot(realWorld.now()).outputs.map((output) => output.pending))
    return { name, account, limiter, ...openPcapSource({ ...parts, pending }, account) }
  }
  return { guarded: [], open }
}
