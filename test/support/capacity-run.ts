// What end-to-end tests of capacity need: a target of known capacity, and the report.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startChild, waitUntil } from '../../scripts/child.ts'
import { findFreePort } from '../../scripts/free-port.ts'
import type { CapacityReport } from '../../src/model/capacity.ts'
import { findReportFault } from '../../src/report/capacity-schema.ts'

/** A server with so many slots, each busy for so long with one request. */
export async function startSlots(
  slots: number,
  millis: number,
): Promise<{ readonly url: string } & AsyncDisposable> {
  const port = await findFreePort()
  const program = join(import.meta.dirname, 'slot-server.ts')
  const state = { listens: false }
  const child = startChild({
    command: process.execPath,
    args: [program, String(port), String(slots), String(millis)],
    onLine: () => {
      state.listens = true
    },
  })
  await waitUntil(child, 'slot server', () => state.listens)
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  }
}

/** Fails where it is not of its own schema. */
export function readCapacityReport(folder: string): CapacityReport {
  const report = JSON.parse(readFileSync(join(folder, 'capacity.json'), 'utf8'))
  assert.equal(findReportFault(report), null)
  return report as CapacityReport
}
