// The flags of correlation: a target's own sessions, tokens and ids in place of production's.
import type { ValuesOf } from './flag.ts'

export type CorrelationFlags = ValuesOf<typeof correlationFlags>

export const correlationFlags = {
  correlate: {
    type: 'boolean',
    help: "put a target's own sessions, tokens and ids for production's (docs/correlation.md)",
  },
  'correlate-table-size': {
    type: 'string',
    value: 'COUNT',
    help: 'values that are remembered for one target, and for each copy (100000)',
  },
  'correlate-expiry': {
    type: 'string',
    value: 'TIME',
    help: 'a value that nothing used for so long is forgotten (2h)',
  },
  'correlate-log': {
    type: 'string',
    value: 'FILE',
    help: 'write which answers issued values and which requests used them, as JSON lines',
  },
} as const
