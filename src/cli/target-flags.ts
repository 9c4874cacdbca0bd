// The flags of `--output-http` and `--output-binary`: where requests are replayed to, and how.
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
  'output-http-ca': {
    type: 'string',
    value: 'FILE',
    help: 'trust an https target by these authorities only, PEM',
  },
  'output-http-client-cert': {
    type: 'string',
    value: 'FILE',
    help: 'the certificate to show an https target, PEM',
  },
  'output-http-client-key': {
    type: 'string',
    value: 'FILE',
    help: 'its key, PEM (default: in the file of the certificate)',
  },
  'output-http-redirects': {
    type: 'string',
    value: 'COUNT',
    mayBeZero: true,
    help: 'follow so many answers in a row that point elsewhere on the target (0)',
  },
  'output-http-response-buffer': {
    type: 'string',
    value: 'SIZE',
    mayBeZero: true,
    help: 'the longest answer that goes on to others or is compared (5mb)',
  },
  'output-binary': {
    type: 'string',
    multiple: true,
    value: 'HOST:PORT',
    help: 'replay what is no HTTP, byte for byte, a message behind the answer to the one before',
  },
  'output-binary-timeout': {
    type: 'string',
    value: 'TIME',
    help: 'for an answer, for a turn to be sent, and for a connection (5s)',
  },
  'output-binary-track-response': {
    type: 'boolean',
    help: 'as --output-http-track-response',
  },
  'replay-delay': {
    type: 'string',
    value: 'TIME',
    mayBeZero: true,
    help: 'so long behind its capture a request is sent; it smooths what comes in batches (30ms)',
  },
  'http-original-host': { type: 'boolean', help: 'leave the Host header as it was captured' },
  'no-mark': { type: 'boolean', help: 'leave out X-Rehearsal: 1, the mark of a replayed request' },
} as const
