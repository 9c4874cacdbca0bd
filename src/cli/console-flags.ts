// The flags of the console.
import type { ValuesOf } from './flag.ts'

export type ConsoleFlags = ValuesOf<typeof consoleFlags>

export const consoleFlags = {
  console: {
    type: 'string',
    value: ':7070',
    help: 'show the run in a browser at this address: on this host alone, but with a token',
  },
  'console-token': {
    type: 'string',
    value: 'TOKEN',
    help: 'who opens the console elsewhere has to give it (made where it is needed)',
  },
} as const
