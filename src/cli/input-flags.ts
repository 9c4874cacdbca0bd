// The flags of the inputs that are neither a capture nor a recording.
import type { ValuesOf } from './flag.ts'

export type InputFlags = ValuesOf<typeof inputFlags>

export const inputFlags = {
  'input-tcp': {
    type: 'string',
    multiple: true,
    value: 'ADDRESS',
    help: 'receive from listeners that write with --output-tcp: :28020',
  },
  'input-dummy': {
    type: 'string',
    multiple: true,
    value: 'RATE',
    help: 'make requests out of nothing, RATE a second',
  },
} as const
