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
  'input-tcp-secure': { type: 'boolean', help: 'listen with TLS on --input-tcp' },
  'input-tcp-certificate': {
    type: 'string',
    value: 'FILE',
    help: 'the certificate for it, PEM, and its chain',
  },
  'input-tcp-certificate-key': {
    type: 'string',
    value: 'FILE',
    help: 'its key, PEM (default: in the file of the certificate)',
  },
  'input-http': {
    type: 'string',
    multiple: true,
    value: 'ADDRESS',
    help: 'take requests that a proxy mirrors, and answer 200 at once: :28080',
  },
  'input-dummy': {
    type: 'string',
    multiple: true,
    value: 'RATE',
    help: 'make requests out of nothing, RATE a second',
  },
} as const
