// The flags of `rehearsal capacity`.
import type { Flag, FlagGroup, ValuesOf } from './flag.ts'
import { type RawFlags, rawFlags } from './raw-flags.ts'
import { recordingFlags } from './recording-flags.ts'
import { runFlags } from './run-flags.ts'
import { targetFlags } from './target-flags.ts'

const capacityFlags = {
  'baseline-http': {
    type: 'string',
    value: 'URL',
    help: 'a release that is known to be good: measured too, for the ratio of the two',
  },
  slo: {
    type: 'string',
    value: 'LIMITS',
    help: "what every trial is held to: 'p99<300ms,errors<1%' (p99<5x: 5 times that at 1x)",
  },
  max: { type: 'string', value: 'LEVEL', help: 'the most that is tried (50x)' },
  expect: {
    type: 'string',
    value: 'LEVEL',
    help: "'>=2x': end with 0 where it bears that, 1 where not, 3 where that is not known",
  },
  report: {
    type: 'string',
    value: 'FOLDER',
    help: 'write capacity.json, its schema, and capacity.html there',
  },
  quiet: { type: 'boolean', help: 'print the answer alone, and no line for each trial' },
  'allow-target': {
    type: 'string',
    multiple: true,
    value: 'HOST',
    help: 'a host that may be loaded though it has a public address',
  },
  'amplify-writes': {
    type: 'boolean',
    help: 'multiply POST, PUT, PATCH, DELETE too; else they go once, as at 1x',
  },
  compress: {
    type: 'boolean',
    help: 'the same clients at k times their speed, instead of k times as many clients',
  },
  correlate: {
    type: 'boolean',
    help: "put the target's own sessions and ids for production's, in each copy by itself",
  },
  workers: { type: 'string', value: 'COUNT', help: 'threads that send (1)' },
  'connections-max': {
    type: 'string',
    value: 'COUNT',
    help: 'open connections in all; at that, the generator is the limit (16384)',
  },
  trial: { type: 'string', value: 'TIME', help: 'length of a trial while searching (10s)' },
  'long-trial': { type: 'string', value: 'TIME', help: 'length of a trial that confirms (40s)' },
  'long-trials': {
    type: 'string',
    value: 'COUNT',
    mayBeZero: true,
    help: 'that have to hold; 0: none (2)',
  },
  precision: { type: 'string', value: 'PERCENT', help: 'how narrow the bracket becomes (5%)' },
  'generator-check': {
    type: 'string',
    value: 'TIME',
    mayBeZero: true,
    help: "try first what this program can send, against a sink of its own; 0: don't (600ms)",
  },
  'max-time': { type: 'string', value: 'TIME', help: 'for each target; then what is known (15m)' },
  'record-for': {
    type: 'string',
    value: 'TIME',
    help: 'with --input-raw: record so long before the first trial (60s)',
  },
  'agent-cpu-max': {
    type: 'string',
    value: 'PERCENT',
    help: "with --input-raw: end when this program takes more of production's host (50%)",
  },
} as const

const targetNames = [
  'output-http',
  'output-http-timeout',
  'output-http-skip-verify',
  'output-http-ca',
  'output-http-client-cert',
  'output-http-client-key',
  'http-original-host',
] as const
const recordingNames = ['input-file', 'input-file-read-depth'] as const
const runNames = ['user', 'keep-root', 'nice', 'allow-loop', 'help'] as const

type OwnTargetFlags = Pick<typeof targetFlags, (typeof targetNames)[number]>
type OwnRecordingFlags = Pick<typeof recordingFlags, (typeof recordingNames)[number]>
type OwnRunFlags = Pick<typeof runFlags, (typeof runNames)[number]>

/** What the operator wrote behind `rehearsal capacity`. */
export type CapacityFlags = ValuesOf<typeof capacityFlags> &
  ValuesOf<OwnTargetFlags> &
  ValuesOf<OwnRecordingFlags> &
  ValuesOf<OwnRunFlags> &
  RawFlags

/** In the order of the help. */
export const capacityGroups: readonly FlagGroup[] = [
  {
    heading: 'What to load, and with what',
    flags: { ...pick(recordingFlags, recordingNames), ...pick(targetFlags, targetNames) },
  },
  { heading: 'The search', flags: capacityFlags },
  { heading: 'The run', flags: pick(runFlags, runNames) },
  { heading: 'Capture', flags: rawFlags },
]

function pick<Table extends Readonly<Record<string, Flag>>, Name extends keyof Table>(
  table: Table,
  names: readonly Name[],
): Pick<Table, Name> {
  return Object.fromEntries(names.map((name) => [name, table[name]])) as Pick<Table, Name>
}
