// `--cpuprofile`, `--memprofile`: what the main thread does and what takes its memory, in the
// format of V8, which browsers' developer tools open.
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { OperatorError } from '../model/operator-error.ts'
import type { RunFlags } from './run-flags.ts'

/** Begins the profiles that are asked for; what is returned writes them at the end of the run. */
export async function startProfiles(flags: RunFlags): Promise<() => Promise<void>> {
  const { cpuprofile, memprofile } = flags
  if (cpuprofile === undefined && memprofile === undefined) return async () => {}
  // So that a wrong name shows at once.
  if (cpuprofile !== undefined) writeProfile('cpuprofile', cpuprofile, {})
  if (memprofile !== undefined) writeProfile('memprofile', memprofile, {})
  const session = new Session()
  session.connect()
  if (cpuprofile !== undefined) {
    await session.post('Profiler.enable')
    await session.post('Profiler.start')
  }
  if (memprofile !== undefined) await session.post('HeapProfiler.startSampling')
  return async () => {
    if (cpuprofile !== undefined) {
      const { profile } = await session.post('Profiler.stop')
      writeProfile('cpuprofile', cpuprofile, profile)
    }
    if (memprofile !== undefined) {
      const { profile } = await session.post('HeapProfiler.stopSampling')
      writeProfile('memprofile', memprofile, profile)
    }
    session.disconnect()
  }
}

function writeProfile(flag: string, path: string, profile: object): void {
  try {
    writeFileSync(path, JSON.stringify(profile))
  } catch (error) {
    throw new OperatorError(
      'bad-profile',
      `cannot write --${flag} ${path}: ${(error as NodeJS.ErrnoException).code}`,
      'name a file that may be written',
    )
  }
}
