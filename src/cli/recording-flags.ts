// The flags of `--output-file` and `--input-file`, as GoReplay has them.

import type { ValuesOf } from './flag.ts'

export type RecordingFlags = ValuesOf<typeof recordingFlags>

export const recordingFlags = {
  'output-file': {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'record to numbered files, .gor, .gor.gz or .gor.zst (%Y %m %d %H %M %S %NS %r %t %i)',
  },
  'output-file-append': { type: 'boolean', help: 'record to FILE itself, behind what it holds' },
  'output-file-flush-interval': {
    type: 'string',
    value: 'TIME',
    help: 'the longest that a message waits to be written (1s)',
  },
  'output-file-size-limit': {
    type: 'string',
    value: 'SIZE',
    help: 'begin the next file at this size, before compression (32mb)',
  },
  'output-file-queue-limit': {
    type: 'string',
    value: 'COUNT',
    mayBeZero: true,
    help: 'begin the next file after so many messages; 0: never (0; in GoReplay 256)',
  },
  'output-file-max-size-limit': {
    type: 'string',
    value: 'SIZE',
    help: 'record so much in all, before compression; the rest is dropped and counted (1tb)',
  },
  'input-file': {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'replay a recording, or several merged by time: "requests_*.gor", "requests.gor|200%"',
  },
  'input-file-loop': { type: 'boolean', help: 'begin again at the end' },
  'input-file-max-wait': {
    type: 'string',
    value: 'TIME',
    mayBeZero: true,
    help: 'the longest silence between two messages, after speed (as recorded)',
  },
  'input-file-read-depth': {
    type: 'string',
    value: 'COUNT',
    help: 'messages of a file that are put in order with each other (100)',
  },
  'input-file-dry-run': {
    type: 'boolean',
    help: 'print what the recordings or capture files hold, and end',
  },
  'replay-pace': {
    type: 'string',
    value: 'PACE',
    oneOf: ['recorded', 'asap'],
    help: 'recorded; asap: files as fast as outputs take them, live input at once (recorded)',
  },
} as const
