// The flags of the run as a whole.
import type { ValuesOf } from './flag.ts'

export type RunFlags = ValuesOf<typeof runFlags>

export const runFlags = {
  'exit-after': {
    type: 'string',
    value: 'TIME',
    mayBeZero: true,
    help: 'end after this time: 30s, 5m; 0: at the end of the inputs (0)',
  },
  user: {
    type: 'string',
    value: 'USER',
    help: 'run as this user once the capture is open (default: the one who called sudo)',
  },
  'keep-root': { type: 'boolean', help: 'stay root' },
  nice: {
    type: 'string',
    value: 'LEVEL',
    help: 'how far a capture gives way to other programs, 0 to 19 (10)',
  },
  cpuprofile: {
    type: 'string',
    value: 'FILE',
    help: "write a CPU profile of the run's main thread, for a browser's developer tools",
  },
  memprofile: { type: 'string', value: 'FILE', help: 'as --cpuprofile, of memory' },
  'allow-loop': { type: 'boolean', help: 'allow an output that is the captured address itself' },
  help: { type: 'boolean', help: 'print this' },
  version: { type: 'boolean', help: 'print the version' },
} as const
