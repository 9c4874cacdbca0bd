// The flags of what messages pass beside the HTTP rules: another program, a script, redaction.
import type { ValuesOf } from './flag.ts'

export type ShapingFlags = ValuesOf<typeof shapingFlags>

export const shapingFlags = {
  middleware: {
    type: 'string',
    value: "'COMMAND ARGS'",
    help: 'a program that reads messages and prints those that go on (docs/shaping.md)',
  },
  script: {
    type: 'string',
    value: 'FILE',
    help: 'hooks for requests, responses and replayed ones, in .ts or .js (docs/shaping.md)',
  },
  'output-http-track-response': {
    type: 'boolean',
    help: 'what targets answer goes to middleware, script, --output-file and --output-stdout',
  },
  redact: {
    type: 'string',
    multiple: true,
    value: 'WHERE',
    help: 'header:NAME, cookie:NAME, query:NAME, form:NAME, json:$.PATH, none (docs/redaction.md)',
  },
  'redact-key': {
    type: 'string',
    value: 'FILE',
    help: 'for equal pseudonyms in several runs (a new key in each)',
  },
} as const
