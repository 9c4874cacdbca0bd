// The flags of `--output-http`: where requests are replayed to, and how.
import type { ValuesOf } from './flag.ts'

export type TargetFlags = ValuesOf<typeof targetFlags>

export const targetFlags = {
  'output-http': {
    type: 'string',
    multiple: true,
    value: 'URL',
    help: 'replay to this target: http://staging or http://staging/prefix',
  },
  'output-http-timeout': {
    type: 'string',
    value: 'TIME',
    help: 'for an answer, for a turn to be sent, and for a connection (5s)',
  },
  'output-http-connections-max': {
    type: 'string',
    value: 'COUNT',
    help: 'open connections to one target (4096)',
  },
  'output-http-skip-verify': {
    type: 'boolean',
    help: 'accept any certificate of an https target',
  },
  'http-original-host': { type: 'boolean', help: 'leave the Host header as it was captured' },
  'no-mark': { type: 'boolean', help: 'leave out X-Rehearsal: 1, the mark of a replayed request' },
} as const
