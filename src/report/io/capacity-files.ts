// `--report FOLDER`: the report as JSON, with its schema, and as a page.
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../../base/make-folder.ts'
import type { CapacityReport } from '../../model/capacity.ts'
import { OperatorError } from '../../model/operator-error.ts'
import { renderCapacityHtml } from '../capacity-html.ts'
import { capacitySchema } from '../capacity-schema.ts'
import { replaceFile } from './replaced-file.ts'

/** Makes the folder where it is missing, and tries to write there; a fault is the operator's. */
export async function openReportFolder(folder: string): Promise<void> {
  await withHint(folder, async () => {
    await makeFolder(folder, { mkdir, stat })
    const trial = join(folder, `.capacity-${process.pid}`)
    await writeFile(trial, '')
    await rm(trial)
  })
}

export async function writeCapacityFiles(folder: string, report: CapacityReport): Promise<void> {
  const toText = (value: object) => `${JSON.stringify(value, null, 2)}\n`
  await withHint(folder, async () => {
    await replaceFile(join(folder, 'capacity.json'), toText(report))
    await replaceFile(join(folder, 'capacity.schema.json'), toText(capacitySchema()))
    await replaceFile(join(folder, 'capacity.html'), renderCapacityHtml(report))
  })
}

async function withHint(folder: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new OperatorError(
      'report-folder',
      `cannot write the report to ${folder}: ${code ?? message}`,
      'give --report a folder that this user may write to',
    )
  }
}
