// The flags of the outputs that are neither a target nor a recording, and of all outputs together.
import type { ValuesOf } from './flag.ts'

export type OutputFlags = ValuesOf<typeof outputFlags>

export const outputFlags = {
  'output-tcp': {
    type: 'string',
    multiple: true,
    value: 'HOST:PORT',
    help: 'send to a replayer that reads with --input-tcp',
  },
  'output-tcp-secure': { type: 'boolean', help: 'speak TLS on --output-tcp' },
  'output-tcp-ca': {
    type: 'string',
    value: 'FILE',
    help: 'trust its peer by these authorities only, PEM',
  },
  'output-tcp-skip-verify': { type: 'boolean', help: 'accept any certificate of its peer' },
  'output-tcp-workers': {
    type: 'string',
    value: 'COUNT',
    help: 'connections to share client connections out to; each keeps its order (1)',
  },
  'output-ws': {
    type: 'string',
    multiple: true,
    value: 'URL',
    help: 'send each message as a WebSocket message: ws://preview/path, wss://user:pass@preview/',
  },
  'output-ws-skip-verify': { type: 'boolean', help: 'accept any certificate of its peer' },
  'output-ws-workers': {
    type: 'string',
    value: 'COUNT',
    help: 'as --output-tcp-workers (1)',
  },
  'output-stdout': { type: 'boolean', help: 'print what is captured' },
  'output-stdout-format': {
    type: 'string',
    value: 'FORMAT',
    oneOf: ['readable', 'gor'],
    help: "readable, or gor: GoReplay's format (readable)",
  },
  'output-null': { type: 'boolean', help: 'take everything and do nothing with it' },
  'output-queue-size': {
    type: 'string',
    value: 'SIZE',
    help: 'memory for what waits at one output; beyond, the oldest are dropped (64mb)',
  },
  'split-output': {
    type: 'boolean',
    help: 'share client connections out between the outputs, instead of a copy to each',
  },
  'sample-by': {
    type: 'string',
    value: 'WHAT',
    help: 'what |10% takes a tenth of: connection, request, header:NAME, cookie:NAME (connection)',
  },
} as const
