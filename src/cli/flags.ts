// The command line's flags: one table.
import { type ComparisonFlags, comparisonFlags } from './comparison-flags.ts'
import { type ConsoleFlags, consoleFlags } from './console-flags.ts'
import { type CorrelationFlags, correlationFlags } from './correlation-flags.ts'
import type { Flag, FlagGroup } from './flag.ts'
import { formatGroups, readFlags } from './flag-reader.ts'
import { goreplayFlags } from './goreplay-flags.ts'
import { explainIdle } from './idle-flags.ts'
import { type InputFlags, inputFlags } from './input-flags.ts'
import { type OutputFlags, outputFlags } from './output-flags.ts'
import { type RawFlags, rawFlags } from './raw-flags.ts'
import { type RecordingFlags, recordingFlags } from './recording-flags.ts'
import { type ReportFlags, reportFlags } from './report-flags.ts'
import { type RuleFlags, ruleFlags } from './rule-flags.ts'
import { type RunFlags, runFlags } from './run-flags.ts'
import { type ShapingFlags, shapingFlags } from './shaping-flags.ts'
import { type TargetFlags, targetFlags } from './target-flags.ts'

/** What the operator wrote, by flag; a flag that was not given is absent. */
export interface FlagValues
  extends RawFlags,
    InputFlags,
    RecordingFlags,
    TargetFlags,
    OutputFlags,
    RuleFlags,
    ShapingFlags,
    CorrelationFlags,
    ComparisonFlags,
    ReportFlags,
    ConsoleFlags,
    RunFlags {}

/** In the order of the help. */
const groups: readonly FlagGroup[] = [
  { heading: 'Capture', flags: rawFlags },
  { heading: 'Other inputs', flags: inputFlags },
  { heading: 'Replay to a target', flags: targetFlags },
  { heading: 'Other outputs, and all outputs', flags: outputFlags },
  { heading: 'Recordings, read and written', flags: recordingFlags },
  { heading: 'Choose requests and change them', flags: ruleFlags },
  { heading: 'Pass messages through a program or a script, and redact', flags: shapingFlags },
  { heading: 'Sessions and ids that differ at a target', flags: correlationFlags },
  { heading: 'Compare the answers', flags: comparisonFlags },
  { heading: 'What is told of the run', flags: { ...reportFlags, ...consoleFlags } },
  { heading: 'The run', flags: runFlags },
]

/** GoReplay's flags that change nothing here are read all the same; the help leaves them out. */
const flags: Readonly<Record<string, Flag>> = {
  ...Object.fromEntries(
    [...goreplayFlags]
      .filter(([, { effect }]) => effect === 'none')
      .map(([name, { type }]) => [name, { type, value: 'VALUE', help: '' }]),
  ),
  ...Object.assign({}, ...groups.map((group) => group.flags)),
}

/** Reads the arguments; anything that is no flag of ours is an operator error. */
export function parseFlags(args: readonly string[]): FlagValues {
  return readFlags(args, flags) as FlagValues
}

/** A line for each flag given that changes nothing, here or in this run, and why. */
export function explainFlags(values: FlagValues): readonly string[] {
  const given = { ...values }
  return Object.keys(values).flatMap((name) => {
    const known = groups.some((group) => Object.hasOwn(group.flags, name))
    const flag = known ? undefined : goreplayFlags.get(name)
    if (flag !== undefined) return [`--${name} changes nothing here: ${flag.why}`]
    const why = explainIdle(name, given)
    return why === null ? [] : [`--${name} changes nothing in this run: ${why}`]
  })
}

/** The help: the flags by group, in lines of at most 100 columns. */
export function formatFlags(): string {
  return formatGroups(groups)
}
