// The real program from start to end, and what it used meanwhile.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startChild } from '../../scripts/child.ts'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import type { LedgerSnapshot, OutputSnapshot } from '../../src/model/ledger-snapshot.ts'
import { readCpuMillis, readMemory } from './process-usage.ts'

export interface MeasuredRun {
  /** From when its inputs were open to its end. */
  readonly seconds: number
  readonly cpuMillis: number
  /** Peak of its resident memory, in MB. */
  readonly memory: number
  readonly output: OutputSnapshot
}

/** Runs `bin/rehearsal` until its inputs have ended; fails where that is not well. */
export async function measureRun(args: readonly string[]): Promise<MeasuredRun> {
  using folder = createTemporaryFolder('ledger')
  const ledger = join(folder.path, 'ledger.json')
  const state = { startedAt: 0, cpuBefore: 0, cpu: 0, memory: 0, ended: false }
  await using child = startChild({
    command: join(import.meta.dirname, '../../bin/rehearsal'),
    args: [...args, '--ledger', ledger],
    onLine: (line) => {
      if (!line.startsWith('running')) return
      state.startedAt = performance.now()
      state.cpuBefore = readCpuMillis(child.pid)
    },
  })
  void child.exited.then(() => {
    state.ended = true
  })
  while (!state.ended) {
    sample(child.pid, state)
    await sleep(20)
  }
  const status = await child.exited
  if (status !== 0) throw new Error(`rehearsal ended with ${status}\n${child.output()}`)
  const { outputs } = JSON.parse(readFileSync(ledger, 'utf8')) as LedgerSnapshot
  return {
    seconds: (performance.now() - state.startedAt) / 1_000,
    cpuMillis: state.cpu - state.cpuBefore,
    memory: state.memory / 1e6,
    output: outputs[0]!,
  }
}

function sample(pid: number, state: { cpu: number; memory: number }): void {
  try {
    state.cpu = readCpuMillis(pid)
    state.memory = Math.max(state.memory, readMemory(pid).peak || 0)
  } catch {
    // It has just ended: the last sample stands.
  }
}
