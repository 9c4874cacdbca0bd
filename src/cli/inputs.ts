// Opens what the `--input-…` flags name.

import type { CopyInput, CopyOutput } from '../app/copy.ts'
import { createDummySource } from '../app/dummy-source.ts'
import type { Ledger } from '../app/ledger.ts'
import { BatchChannel } from '../base/batch-channel.ts'
import {
  type CaptureEndpoint,
  formatIpAddress,
  parseCaptureAddress,
} from '../capture/capture-address.ts'
import { listInterfaces } from '../capture/io/interfaces.ts'
import { findPcapFiles } from '../capture/io/pcap-files.ts'
import { resolveCaptureAddresses } from '../capture/io/resolve-addresses.ts'
import { createLinkReceiver } from '../link/link-receiver.ts'
import type { Message } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import { listenTcp } from '../network/io/tcp-server.ts'
import { createLimiter, parseLimited, type SampleBy } from '../shape/limit.ts'
import { openCaptureSource } from './capture-source.ts'
import type { FlagValues } from './flags.ts'
import type { GuardedAddress } from './loop-guard.ts'
import { openPcapSource, parsePcapAddress } from './pcap-source.ts'
import { realWorld } from './real-world.ts'
import { type FileInputOptions, planFileInput } from './recordings.ts'
import { parseCount, parseSize } from './units.ts'

/** An input that is described but not open yet: everything that can be wrong with it is checked. */
export interface PlannedInput {
  readonly guarded: readonly GuardedAddress[]
  open(ledger: Ledger, outputs: readonly CopyOutput[]): Promise<CopyInput>
}

/** Reads all input flags; opens nothing. */
export async function planInputs(flags: FlagValues, sampleBy: SampleBy): Promise<PlannedInput[]> {
  return [
    ...(await Promise.all(
      (flags['input-raw'] ?? []).map((text) => planRaw(text, flags, sampleBy)),
    )),
    ...(flags['input-tcp'] ?? []).map((text) => planLink(text, flags, sampleBy)),
    ...(flags['input-dummy'] ?? []).map((text) => planDummy(text)),
    ...(await Promise.all(
      (flags['input-file'] ?? []).map((text) =>
        planFileInput(text, readFileInputOptions(flags, sampleBy)),
      ),
    )),
  ]
}

/** What `--input-file` takes from the flags, for a run and for `--input-file-dry-run`. */
export function readFileInputOptions(flags: FlagValues, sampleBy: SampleBy): FileInputOptions {
  const queueBytesMax = parseSize('output-queue-size', flags['output-queue-size'] ?? '64mb')
  return { flags, sampleBy, payloadBytesMax: messageBytesMax(flags), queueBytesMax }
}

const defaultRingBytes = 32 * 1024 * 1024
const defaultMessageBytes = '5mb'
const blockBytes = 256 * 1024

/** Fewer wake-ups cost less, and kernel time stamps keep the timing exact all the same. */
const blockTimeoutMillis = 10

/** What reassembly and framing may hold of all connections together. */
const bufferedBytesMax = 64 * 1024 * 1024
const headBytesMax = 256 * 1024

async function planRaw(text: string, flags: FlagValues, sampleBy: SampleBy): Promise<PlannedInput> {
  const engine = flags['input-raw-engine'] ?? 'af_packet'
  if (engine === 'af_packet') return planCapture(text, flags, sampleBy)
  if (engine === 'pcap_file') return planPcap(text, flags, sampleBy)
  throw new OperatorError(
    'bad-engine',
    `--input-raw-engine '${engine}' is unknown`,
    'write pcap_file, or leave it out to capture from the network',
  )
}

function planPcap(text: string, flags: FlagValues, sampleBy: SampleBy): PlannedInput {
  const { address, limiter } = readInputLimit(text, sampleBy)
  const { pattern, ports } = parsePcapAddress(address)
  const limits = { headBytesMax, messageBytesMax: messageBytesMax(flags) }
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

async function planCapture(
  text: string,
  flags: FlagValues,
  sampleBy: SampleBy,
): Promise<PlannedInput> {
  const { address, limiter } = readInputLimit(text, sampleBy)
  const endpoints = await resolveCaptureAddresses(parseCaptureAddress(address))
  const interfaces = chooseInterfaces(flags['input-raw-interface'] ?? [])
  const ringBytes = parseSize(
    'input-raw-buffer-size',
    flags['input-raw-buffer-size'] ?? `${defaultRingBytes}`,
  )
  const loopback = listInterfaces().find((known) => known.isLoopback)
  const options = {
    endpoints,
    filter: {
      endpoints,
      interfaceIndexes: interfaces.length > 1 ? interfaces : [],
      loopbackIndex: loopback?.index ?? null,
      incomingOnly: interfaces.length === 0,
      responses: false,
    },
    ring: {
      interfaceIndex: interfaces.length === 1 ? interfaces[0]! : 0,
      blockBytes,
      blockCount: Math.max(2, Math.round(ringBytes / blockBytes)),
      blockTimeoutMillis,
    },
    headBytesMax,
    messageBytesMax: messageBytesMax(flags),
    bufferedBytesMax,
  }
  const name = `--input-raw ${text}`
  const open = async (ledger: Ledger) => {
    const account = ledger.openSource(name)
    return { name, account, limiter, ...(await openCaptureSource(options, account)) }
  }
  return { guarded: endpoints.map(guardedEndpoint), open }
}

function guardedEndpoint({ address, port }: CaptureEndpoint): GuardedAddress {
  return { address: address === null ? null : formatIpAddress(address, 0), port }
}

function planLink(text: string, flags: FlagValues, sampleBy: SampleBy): PlannedInput {
  const { address, limiter } = readInputLimit(text, sampleBy)
  const { host, port } = parseListenAddress('input-tcp', address)
  const name = `--input-tcp ${text}`
  const open = async (ledger: Ledger) => {
    const account = ledger.openSource(name)
    const messages = new BatchChannel<Message>()
    const receiver = createLinkReceiver({
      account,
      payloadBytesMax: messageBytesMax(flags),
      bufferedBytesMax,
      onMessages: (batch) => messages.push(batch),
    })
    const server = await listenTcp({ host, port }, (wire, peer) => receiver.accept(wire, peer))
    const stop = () => {
      server.close()
      receiver.close()
      messages.end()
    }
    return { name, account, limiter, messages, stop }
  }
  return { guarded: [{ address: host, port }], open }
}

function planDummy(text: string): PlannedInput {
  const perSecond = parseCount('input-dummy', text)
  const name = `--input-dummy ${text}`
  const open = async (ledger: Ledger) => {
    const stopped = new AbortController()
    const messages = createDummySource({ world: realWorld, perSecond, stopped: stopped.signal })
    const stop = () => stopped.abort()
    return { name, account: ledger.openSource(name), limiter: null, messages, stop }
  }
  return { guarded: [], open }
}

function readInputLimit(text: string, sampleBy: SampleBy) {
  const { address, limit } = parseLimited(text)
  if (limit?.kind === 'percent' && limit.percent > 100) {
    throw new OperatorError(
      'bad-limit',
      `an input cannot give more than it takes: '${text}'`,
      'put |300% on the output instead: --output-http "http://staging|300%"',
    )
  }
  return { address, limiter: limit === null ? null : createLimiter(limit, sampleBy) }
}

function messageBytesMax(flags: FlagValues): number {
  return parseSize('copy-buffer-size', flags['copy-buffer-size'] ?? defaultMessageBytes)
}

function chooseInterfaces(names: readonly string[]): number[] {
  const known = listInterfaces()
  return names.map((name) => {
    const found = known.find((candidate) => candidate.name === name)
    if (found !== undefined) return found.index
    throw new OperatorError(
      'unknown-interface',
      `there is no network interface '${name}'`,
      `this host has ${known.map((candidate) => candidate.name).join(', ')}`,
    )
  })
}

/** Reads `:28020` or `10.0.0.7:28020`. */
function parseListenAddress(flag: string, text: string): { host: string | null; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(text)
  const port = Number(match?.[3])
  if (match !== null && port <= 65_535) {
    const host = match[1] ?? match[2] ?? ''
    return { host: host === '' ? null : host, port }
  }
  throw new OperatorError(
    'bad-address',
    `--${flag} '${text}' is no address`,
    'write :28020 or 10.0.0.7:28020',
  )
}
