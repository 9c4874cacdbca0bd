// The files of a recording: numbered chunks, or one file that is appended to; compressed by name.
import { access, constants, type FileHandle, mkdir, open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from '../../base/make-folder.ts'
import { OperatorError } from '../../model/operator-error.ts'
import type { Chunk } from '../chunk-plan.ts'
import type { RecordingFiles } from '../file-output.ts'
import { type Compress, chooseCompression } from './compression.ts'

interface OpenFile {
  readonly handle: FileHandle
  readonly compress: Compress | null
  /** What was wholly written. */
  length: number
}

/** Recordings hold what users sent: not for everybody to read. */
const fileMode = 0o660

/** With `append`, the file of that name is added to; else each chunk is a new, numbered file. */
export function createRecordingFiles(options: { readonly append: boolean }): RecordingFiles {
  const files = new Map<Chunk, OpenFile>()
  const find = async (chunk: Chunk) => {
    const known = files.get(chunk)
    if (known !== undefined) return known
    const opened = await openFile(chunk.name, options.append)
    files.set(chunk, opened)
    return opened
  }
  return {
    async append(chunk, bytes) {
      const file = await find(chunk)
      const written = file.compress === null ? bytes : await file.compress(bytes)
      try {
        await file.handle.appendFile(written)
      } catch (error) {
        await file.handle.truncate(file.length)
        throw error
      }
      file.length += written.length
    },
    async close(chunk) {
      const file = files.get(chunk)
      files.delete(chunk)
      await file?.handle.close()
    },
  }
}

/**
 * Makes the folder that the names begin with; one that takes no files is an operator error, but
 * where there is one of that name to append to.
 */
export async function prepareRecordingFolder(
  pattern: string,
  options: { readonly append: boolean },
): Promise<void> {
  const found = await stat(pattern).catch(() => null)
  if (pattern.endsWith('/') || found?.isDirectory() === true) {
    const hint = `name a file in it: ${join(pattern, 'requests.gor')}`
    throw new OperatorError('cannot-record', `cannot record to ${pattern}: it is a folder`, hint)
  }
  const isWritable = async () => (await access(pattern, constants.W_OK).catch(() => 'no')) !== 'no'
  if (options.append && found !== null && (await isWritable())) return
  const [fixed = ''] = pattern.split('%')
  const folder = dirname(`${fixed}x`)
  try {
    await makeFolder(folder, { mkdir, stat })
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new OperatorError(
      'cannot-record',
      `cannot record to ${pattern}: no file can be made in ${folder} (${code ?? message})`,
      'name a folder that the user it runs as may write to; as root, --user and sudo change who',
    )
  }
}

async function openFile(name: string, append: boolean): Promise<OpenFile> {
  const compress = chooseCompression(name)
  await makeFolder(dirname(name), { mkdir, stat })
  const handle = append ? await open(name, 'a', fileMode) : await createNumbered(name)
  const { size } = await handle.stat()
  return { handle, compress, length: size }
}

/** `requests.gor.gz` becomes `requests_N.gor.gz`, one above the highest N there is. */
async function createNumbered(name: string): Promise<FileHandle> {
  const [, stem = name, extension = ''] =
    /^(.*?[^/])((?:\.[^./]*)?(?:\.(?:gz|zst))?)$/s.exec(name) ?? []
  for (let number = await nextNumber(stem, extension); ; number++) {
    try {
      return await open(`${stem}_${number}${extension}`, 'ax', fileMode)
    } catch (error) {
      // Another recording took that number meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

async function nextNumber(stem: string, extension: string): Promise<number> {
  const start = `${basename(stem)}_`
  const numbers = (await readdir(dirname(join(stem)))).map((found) => {
    const number = found.slice(start.length, found.length - extension.length)
    const ours = found.startsWith(start) && found.endsWith(extension) && /^\d+$/.test(number)
    return ours ? Number(number) : -1
  })
  return numbers.reduce((highest, number) => Math.max(highest, number), -1) + 1
}
