// Loads a script; of TypeScript, Node takes the types off.
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { OperatorError } from '../../model/operator-error.ts'
import type { Script } from '../../model/script-api.ts'

const hooks = ['request', 'response', 'replayed'] as const

/** The hooks that the file exports, by name or in its default export. */
export async function loadScript(path: string): Promise<Script> {
  const module = await importFile(path)
  const { default: whole } = module
  const script = typeof whole === 'object' && whole !== null ? whole : module
  const found = hooks.filter((hook) => Reflect.get(script, hook) !== undefined)
  const wrong = found.find((hook) => typeof Reflect.get(script, hook) !== 'function')
  if (found.length > 0 && wrong === undefined) return script as Script
  throw new OperatorError(
    'bad-script',
    wrong === undefined
      ? `the script ${path} exports no hook`
      : `in the script ${path} ${wrong} is no function`,
    `export a function ${hooks.join(', ')}, or several of them`,
  )
}

async function importFile(path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>
  } catch (error) {
    const { message, stack = '' } = error as Error
    if ((await stat(path).catch(() => null))?.isFile() !== true) {
      const what = `there is no script ${path}`
      throw new OperatorError('no-script', what, 'give a file that Node can import')
    }
    // Where in it: the first line of what Node says of bad syntax, or the innermost call.
    const [place] = /^(file:\/\/)?\/\S+:\d+$/m.exec(stack) ?? /file:\/\/\S+:\d+/.exec(stack) ?? []
    throw new OperatorError(
      'bad-script',
      `cannot load the script ${path}: ${message}${place === undefined ? '' : ` at ${place}`}`,
      'give a file that Node can import',
    )
  }
}
