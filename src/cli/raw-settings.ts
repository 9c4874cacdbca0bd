// What several kinds of `--input-raw` read from the flags.
import { OperatorError } from '../model/operator-error.ts'
import type { FlagValues } from './flags.ts'
import { parseSize } from './units.ts'

/** `--input-raw-vlan-vid`: the VLANs that are wanted; empty: all, and what has no tag. */
export function readVlanIds(flags: FlagValues): readonly number[] {
  return (flags['input-raw-vlan-vid'] ?? []).map((text) => {
    const id = Number(text)
    if (/^\d+$/.test(text) && id <= 4094) return id
    throw new OperatorError(
      'bad-flag',
      `--input-raw-vlan-vid '${text}' is no VLAN`,
      'write a number from 0 to 4094; repeat the flag for several',
    )
  })
}

const defaultRingBytes = '32mb'

/** `--input-raw-buffer-size`: memory for packets that wait to be read. */
export function readRingBytes(flags: FlagValues): number {
  return parseSize('input-raw-buffer-size', flags['input-raw-buffer-size'] ?? defaultRingBytes)
}
