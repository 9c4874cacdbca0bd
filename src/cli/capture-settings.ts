// What the `--input-raw-…` flags say of the messages to make of packets.
import { type CaptureSettings, defaultCaptureSettings } from '../app/packet-pipeline.ts'
import { OperatorError } from '../model/operator-error.ts'
import { tokenOctets } from '../protocol/http1/octets.ts'
import type { FlagValues } from './flags.ts'
import { parseDuration } from './units.ts'

/** Reads them, for an input of packets of either kind. */
export function readCaptureSettings(flags: FlagValues): CaptureSettings {
  const expire = flags['input-raw-expire']
  const waitMax =
    expire === undefined
      ? defaultCaptureSettings.waitMax
      : parseDuration('input-raw-expire', expire)
  return {
    // What production issues stands in its responses.
    responses:
      flags['input-raw-track-response'] ??
      (flags.correlate === true || flags.compare !== undefined),
    protocol: flags['input-raw-protocol'] === 'binary' ? 'binary' : 'http',
    realIpHeader: readHeaderName(flags['input-raw-realip-header'] ?? ''),
    allowIncomplete: flags['input-raw-allow-incomplete'] ?? false,
    waitMax,
  }
}

function readHeaderName(name: string): string | null {
  if (name === '') return null
  if ([...Buffer.from(name)].every((octet) => tokenOctets[octet] === 1)) return name
  throw new OperatorError(
    'bad-header-name',
    `--input-raw-realip-header '${name}' is no name of a header`,
    'write X-Real-IP',
  )
}
